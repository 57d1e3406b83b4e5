"""What stands around each message in the transcript: who speaks, how it ended, what it took, what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from glmchat.core import attachments, figures, pricing
from glmchat.core.conversation import Conversation, Failure, Message, Role, State, ToolCall
from glmchat.support.text import safe_line
from glmchat.tui.presenting.drawings import Drawn, image_key
from glmchat.tui.presenting.words import ENDINGS, HEADINGS, SPEAKERS
from glmchat.tui.widgets.transcript.values import Act, Action, Button, Decoration, Note
from glmchat.turn import ending_notes
from glmchat.workspace.provenance import change_above
from glmchat.workspace.suspects import suspects

RETRY = Button(Action(Act.RETRY), "Ask again")
CONTINUE = Button(Action(Act.CONTINUE), "Continue")
COPY = Button(Action(Act.COPY), "Copy")
EDIT = Button(Action(Act.EDIT), "Edit")
FORK = Button(Action(Act.FORK), "Fork")
KEEP = Button(Action(Act.KEEP), "Keep")
DELETE = Button(Action(Act.DELETE), "Delete")
TREE = Button(Action(Act.TREE), "Tree")
VALUES = Button(Action(Act.VALUES), "Use these again")
SETTINGS = Button(Action(Act.SETTINGS), "Settings")
DIFFERS = Button(Action(Act.DIFFERS), "What differs from now")
LENS = Button(Action(Act.LENS), "Lens")
RESULTS = Button(Action(Act.RESULTS), "Answer the calls")
DECLINE = Button(Action(Act.DECLINE), "Decline them")
WITHOUT_THOUGHT = Button(Action(Act.WITHOUT_THOUGHT), "Continue without thinking")
OVER_BUDGET = Button(Action(Act.OVER_BUDGET), "Ask anyway")
DOUBLE_LIMIT = Button(Action(Act.DOUBLE_LIMIT), "Double the limit")
TAKE_THOUGHT = Button(Action(Act.TAKE_THOUGHT), "Use the thought as the answer")
ADD_KEY = Button(Action(Act.KEY), "Add a key")
OTHER_MODEL = Button(Action(Act.MODEL), "Choose a model")
DROP_OLDEST = Button(Action(Act.DROP_OLDEST), "Leave the oldest turns out")
_MOST_SUSPECTS = 4
# What helps against a kind of error, before what helps against any.
_WAYS = {
    "auth": (ADD_KEY, OTHER_MODEL), "credit": (OTHER_MODEL,), "forbidden": (OTHER_MODEL,),
    "not_found": (OTHER_MODEL,), "too_large": (DROP_OLDEST,),
}  # fmt: skip
UNANSWERED = Note("There is no reply to this yet.", "info", (RETRY,))


def decorate(
    message: Message,
    conversation: Conversation,
    open_calls: tuple[ToolCall, ...] = (),
    busy: bool = False,
    chosen: bool = False,
    unanswered: bool = False,
    hovered: bool = False,
    drawn: Mapping[str, Drawn] | None = None,
) -> Decoration:
    """Say all that is shown around a message; `busy` means that nothing can be asked while a reply runs.

    `chosen` messages, the selected one and the last reply, say what can be done with them, and so does one that the
    mouse is over (`hovered`). `unanswered` says that the
    branch ends here and waits for a reply that nobody asked for, as where the program ended before the first word.
    """
    versions = conversation.siblings(message.id) if message.id in conversation.nodes else [message.id]
    place = (versions.index(message.id) + 1, len(versions)) if len(versions) > 1 else None
    return Decoration(
        name=_name(message, conversation),
        badge="thought given up" if message.attempt else ENDINGS.get(message.state, ""),
        siblings=place,
        footer=footer(message),
        chips=_chips(message, busy, place is not None) if chosen or hovered else (),
        hovered=hovered and not chosen,
        notes=(
            *_attached(message, chosen, drawn or {}),
            *_notes(message, open_calls, busy, drawn or {}),
            *(() if busy else _which(message, conversation)),
            *((UNANSWERED,) if unanswered and not busy else ()),
        ),
        calls=tuple((call.name, call.arguments) for call in message.tool_calls),
        above=change_above(conversation, message),
    )


def _attached(message: Message, chosen: bool, drawn: Mapping[str, Drawn]) -> Iterator[Note]:
    """What is attached, a line each; what can be done with it where the message is chosen."""
    for number, each in enumerate(message.attachments):
        buttons = [
            Button(Action(Act.SHOW_ATTACHED, picture=number), "Open"),
            Button(Action(Act.SAVE_ATTACHED, picture=number), "Save"),
            Button(
                Action(Act.LEAVE_OUT, picture=number), "Send it again" if each.left_out else "Stop sending it"
            ),
        ]
        if each.path is not None:
            buttons.append(Button(Action(Act.ATTACH_ANEW, picture=number), "Attach it as it is now"))
        picture = drawn.get(each.digest, ())
        yield Note(safe_line(each.line), "attached", tuple(buttons) if chosen else (), drawn=picture)


def _name(message: Message, conversation: Conversation) -> str:
    if message.role is Role.ASSISTANT and message.model:
        return safe_line(message.model)
    called = _tool_of(message, conversation) if message.role is Role.TOOL else ""
    return f"{SPEAKERS[message.role]}: {safe_line(called)}" if called else SPEAKERS[message.role]


def _tool_of(message: Message, conversation: Conversation) -> str:
    """The name of the tool whose result a message is; empty where its call is not in memory."""
    for node in reversed(conversation.path(message.id) if message.id in conversation.nodes else []):
        before = conversation.loaded.get(node.id)
        for call in before.tool_calls if before is not None else ():
            if call.id == message.tool_call_id:
                return call.name
        if node.role is not Role.TOOL:
            break
    return ""


def footer(message: Message) -> str:
    """The quiet line under a reply: how long it is, how fast it came, what it cost, and what is unusual about its end.

    What is not known is left out; the model stands in the line above.
    """
    if message.role is not Role.ASSISTANT or message.state is State.STREAMING:
        return ""
    about = "≈" if message.estimated else ""
    pieces: list[str] = []
    if message.completion_tokens is not None:
        pieces.append(f"{about}{pricing.tokens(message.completion_tokens)}")
    if (
        message.timing is not None
        and message.timing.total_s is not None
        and message.timing.first_token_s is not None
    ):
        pieces.append(f"{message.timing.total_s:.1f} s")
    pieces += figures.words(message)
    if message.cost is not None:
        pieces.append(f"{about}{pricing.short(message.cost)}")
    if message.finish_reason not in (None, "stop", "tool_calls"):
        pieces.append(f"finish: {safe_line(str(message.finish_reason))}")
    if message.dropped:
        pieces.append(f"{message.dropped} oldest left out")
    return " · ".join(pieces)


def _chips(message: Message, busy: bool, branched: bool) -> tuple[Button, ...]:
    if message.state is State.STREAMING:
        return ()
    told = () if message.settings is None or message.role is not Role.ASSISTANT else (SETTINGS,)
    if busy:
        return (COPY, *told)
    lens = (LENS,) if (message.sent or {}).get("logprobs") else ()
    tree = (TREE,) if branched else ()
    match message.role:
        case Role.USER:
            return (COPY, EDIT, FORK, DELETE, *tree)
        case Role.ASSISTANT:
            again = () if message.failure is not None or message.state in ENDINGS else (RETRY,)
            return (COPY, *again, EDIT, FORK, DELETE, *tree, *told, *lens)
    return (COPY, FORK, DELETE, *tree)


def _notes(
    message: Message, open_calls: tuple[ToolCall, ...], busy: bool, drawn: Mapping[str, Drawn]
) -> tuple[Note, ...]:
    """What went wrong, in the server's words and ours, and what needs an answer."""
    notes: list[Note] = []
    if message.refusal:
        notes.append(Note(f"The model refused: {message.refusal}", "warning"))
    if message.failure is not None:
        notes.append(_failed(message.failure, () if busy else _ways_out(message)))
    elif message.state in (State.STOPPED, State.CUT) and not message.attempt:
        text = "You stopped this reply." if message.state is State.STOPPED else "This reply was cut off."
        notes.append(Note(text, "info", () if busy else _ways_out(message)))
    elif message.role is Role.ASSISTANT and (unusual := ending_notes.note(message)):
        notes.append(Note(unusual, "info", () if busy else _after_an_unusual_end(message)))
    notes += _beside(message, drawn)
    notes += [Note(warning, "warning") for warning in message.warnings]
    if open_calls and not busy:
        count = len(open_calls)
        text = (
            "One tool call waits for its result."
            if count == 1
            else f"{count} tool calls wait for their results."
        )
        notes.append(Note(text, "info", (RESULTS, DECLINE)))
    return tuple(notes)


def _failed(failure: Failure, buttons: tuple[Button, ...]) -> Note:
    """What went wrong: a heading with the status, the server's words as such, what they mean, and the ways out."""
    words = failure.message.strip()
    quoted = f"“{words}”" if words and failure.status is not None else words
    heading = HEADINGS.get(failure.kind, "The request failed")
    status = f"{failure.status} " if failure.status is not None else ""
    text = "\n".join(part for part in (quoted, failure.advice) if part)
    return Note(text, "error", buttons, heading=f"{status}{heading}")


def _after_an_unusual_end(message: Message) -> tuple[Button, ...]:
    if ending_notes.ran_out_thinking(message):
        return (WITHOUT_THOUGHT, *((DOUBLE_LIMIT,) if ending_notes.limit_of(message) is not None else ()))
    if ending_notes.is_all_thought(message):
        return (TAKE_THOUGHT,)
    return (CONTINUE,) if ending_notes.is_unfinished(message) else ()


def _beside(message: Message, drawn: Mapping[str, Drawn]) -> list[Note]:
    """The pictures and the sources of a reply, a line each."""
    notes = []
    for number, image in enumerate(message.images):
        address = str(image.get("address") or "")
        buttons = () if address else (Button(Action(Act.SAVE_PICTURE, picture=number), "Save the picture"),)
        picture = drawn.get(image_key(message, number), ())
        notes.append(
            Note(safe_line(attachments.picture_line(image)), "info", buttons, address, drawn=picture)
        )
    sources = attachments.cited(message.annotations)
    if sources:
        notes.append(Note("Source:" if len(sources) == 1 else f"{len(sources)} sources:"))
    notes += [
        Note(safe_line("  ".join(filter(None, (f"{number}. {title}".strip(), url)))), link=url)
        for number, (title, url) in enumerate(sources, 1)
    ]
    return notes


def _without(act: Act, name: str) -> Button:
    return Button(Action(act, (name,)), f"Send again without {safe_line(name)}")


def _which(message: Message, conversation: Conversation) -> tuple[Note, ...]:
    """The question which value to leave out, where an endpoint refused some and did not say which."""
    names = suspects(conversation, message) if message.failure is not None and message.failure.unnamed else []
    if not names:
        return ()
    buttons = [_without(Act.TRY_WITHOUT, name) for name in names[:_MOST_SUSPECTS]]
    if len(names) > 1:
        buttons.append(Button(Action(Act.TRY_WITHOUT, tuple(names)), "Send again without any of them"))
    listed = ", ".join(names)
    return (
        Note(
            f"The endpoint does not say which value it refuses. It may be: {listed}.", "info", tuple(buttons)
        ),
    )


def _ways_out(message: Message) -> tuple[Button, ...]:
    failure = message.failure
    out = list(_WAYS.get(failure.kind, ())) if failure is not None else []
    if failure is not None and failure.parameter:
        out.append(_without(Act.WITHOUT, failure.parameter))
    if message.content or message.reasoning:
        out.append(CONTINUE)
    held_back = message.failure is not None and message.failure.kind == "budget"
    out.append(OVER_BUDGET if held_back else RETRY)
    return (*out, KEEP) if message.content or message.reasoning else tuple(out)
