"""Earlier prompts, as a shell's history recalls them."""

from __future__ import annotations


class Recall:
    """A place in the list of earlier prompts, newest first; what was being typed is kept below them."""

    def __init__(self) -> None:
        self._prompts: list[str] = []
        self._at = -1
        self._typed = ""

    def fill(self, prompts: list[str]) -> None:
        """Know the prompts of earlier, newest first."""
        self._prompts = list(prompts)
        self._at = -1

    def add(self, prompt: str) -> None:
        """Remember a prompt that was just sent."""
        self.reset()
        self._put(prompt)

    def reset(self) -> None:
        """Start from the newest again: the text was changed by hand, and what was being typed before is the newest."""
        if self._at >= 0 and self._typed.strip():
            self._put(self._typed)
        self._at = -1

    def _put(self, prompt: str) -> None:
        self._prompts = [prompt, *(each for each in self._prompts if each != prompt)]

    def earlier(self, shown: str) -> str | None:
        """The prompt before the one that is shown, None where there is none."""
        if self._at < 0:
            self._typed = shown
        at = self._at + 1
        while at < len(self._prompts) and self._prompts[at] == shown:
            at += 1
        if at >= len(self._prompts):
            return None
        self._at = at
        return self._prompts[at]

    def later(self) -> str | None:
        """The prompt after the one that is shown, or what was being typed; None where that is shown already."""
        if self._at < 0:
            return None
        self._at -= 1
        return self._prompts[self._at] if self._at >= 0 else self._typed
