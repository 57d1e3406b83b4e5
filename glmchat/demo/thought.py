"""What the built-in model thinks before it answers: the steps that its search really took."""

from __future__ import annotations

from glmchat.demo.model import Focus, Model
from glmchat.demo.phrases import GAP, phrase
from glmchat.demo.request import Request

# Sections looked at, by effort; minimal names the closest one and no more.
_LOOKED_AT = {"minimal": 1, "low": 1, "medium": 3, "high": 6}


def think(model: Model, request: Request, focus: Focus, plan: str) -> str:
    """The thought as text, `plan` being its last sentence; as long as the effort asks for."""
    language = focus.language
    effort: str = request.values.get("reasoning_effort", "medium")
    effort = {"xhigh": "high", "max": "high"}.get(effort, effort if effort in _LOOKED_AT else "medium")
    looked_at = _looked_at(model, focus, _LOOKED_AT[effort], whole=effort == "high")
    if effort == "minimal":
        return "\n\n".join([*looked_at, plan])
    asked = " ".join(request.question.split())
    steps = (
        [phrase(language, "asked", question=asked if len(asked) <= 80 else asked[:79] + "…")] if asked else []
    )
    if request.files:
        steps.append(phrase(language, "files", names=", ".join(request.files)))
    if request.system and effort != "low":
        steps.append(phrase(language, "system"))
    library = model.texts[language].library
    words = sorted(focus.words, key=lambda word: -library.rarity(word) * focus.words[word])[:5]
    if words and effort != "low":
        scores = {word: library.rarity(word) * focus.words[word] for word in words}
        listed = ", ".join(f"{focus.written[word]} ({score:.1f})" for word, score in scores.items())
        own = all(focus.words[word] == 1.0 for word in words)
        steps.append(phrase(language, "words" if own else "words_before", words=listed))
    elif not words:
        steps.append(phrase(language, "no_words"))
    return "\n\n".join([GAP[language].join(steps), *looked_at, plan])


def _looked_at(model: Model, focus: Focus, limit: int, whole: bool) -> list[str]:
    language = focus.language
    if not focus.known:
        return [phrase(language, focus.reason)]
    out = []
    for rank, hit in enumerate(focus.hits[:limit]):
        section = model.section(language, hit.section)
        score = f"{hit.score:.1f}"
        if rank:
            out.append(phrase(language, "next", label=section.label, score=score))
        else:
            found = ", ".join(focus.written[term] for term in hit.terms)
            out.append(phrase(language, "closest", label=section.label, score=score, terms=found))
        if whole:
            out[-1] += GAP[language] + phrase(language, "begins", text=section.text.split("\n")[0][:120])
    return out
