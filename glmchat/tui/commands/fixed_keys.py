"""Keys that no command has and nobody rebinds: those of a line, of a list, of a message; help names them."""

from __future__ import annotations

from collections.abc import Mapping

# Keys that edit the prompt's line, as everywhere; they are no commands, but help names them and a clash is told.
EDITING: Mapping[str, str] = {
    "ctrl+a": "To the start of the line.",
    "ctrl+e": "To the end of the line.",
    "ctrl+b": "One character to the left.",
    "ctrl+w": "Deletes the word before the cursor.",
    "ctrl+u": "Deletes to the start of the line.",
    "ctrl+k": "Deletes to the end of the line.",
    "ctrl+x": "Cuts the selection.",
    "alt+b": "One word to the left, as Ctrl+Left does.",
    "alt+f": "One word to the right, as Ctrl+Right does.",
    "alt+d": "Deletes the word after the cursor.",
    "ctrl+underscore": "Takes the last edit back.",
    "alt+z": "Makes the edit again that was taken back.",
}

# Keys of the list of sessions; help names them.
IN_SESSIONS: Mapping[str, str] = {
    "enter": "Opens the session.",
    "ctrl+e": "Renames it.",
    "ctrl+k": "Pins it to the top, or unpins it.",
    "delete": "Moves it to the bin.",
    "escape": "Drops the filter, then goes back to the prompt. What is typed filters the list.",
}

# Keys of the conversation while a message is selected; help names them.
ON_A_MESSAGE: Mapping[str, str] = {
    "shift+up": "Selects a message, then the one before, as K does; Shift+Down and J go to the one after.",
    "ctrl+up": "Scrolls its thought up; Ctrl+Down down.",
    "left": "Shows the version before, Right the one after; else they go along links and buttons, as P and N.",
    "e": "Edits it; your own is sent again.",
    "a": "Asks again for it.",
    "g": "Goes on with a reply that was cut off.",
    "o": "Keeps a reply that was cut off as it is.",
    "b": "Branches off: makes a new session of the conversation up to it.",
    "delete": "Deletes it with all that follows, as X does.",
    "t": "Shows the tree of the conversation.",
    "c": "Copies it.",
    "q": "Quotes it in the prompt, or the text that is selected.",
    "r": "Shows the request that it was the answer to.",
    "i": "Shows what it was asked with.",
    "d": "Shows what differs from now.",
    "v": "Uses its settings again.",
    "l": "Opens the token lens.",
}
