"""The token lens: how likely each token of a reply was, and what the sliders make of its alternatives."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from glmchat.analysis import lens
from glmchat.core import pricing
from glmchat.core.conversation import Message
from glmchat.support.text import safe_line
from glmchat.tui.platform.bindings import either_case
from glmchat.tui.presenting.facts import sidebar_state
from glmchat.tui.screens.full import FullScreen
from glmchat.tui.widgets.bars.line import Part, PartLine
from glmchat.tui.widgets.distribution.bars import name_of
from glmchat.tui.widgets.lens.controls import LensControls
from glmchat.tui.widgets.lens.panel import LensPanel, picture
from glmchat.tui.widgets.lens.view import LensText, legend
from glmchat.workspace import Workspace, changes
from glmchat.workspace.slash.tune import bias_word

PLACES = 20
_KEYS = (
    ("←→", "token", "step(1)"), ("↓↑ 1-9", "alternative", "other(1)"), ("Esc", "close", "close"),
    ("Enter", "go on from it", "branch"), ("N", "next uncertain", "jump(1)"),
    ("P", "previous", "jump(-1)"), ("Tab", "sliders", "other_pane"), ("- +", "bias", "bias(-1)"),
)  # fmt: skip


def _figure(value: float) -> str:
    return f"{value:,.2f}" if value < 1e6 else f"{value:.0e}" if math.isfinite(value) else "beyond any number"


class LensScreen(FullScreen[None]):
    """Shows a reply's tokens beside the alternatives of one of them; sliders change the session's values.

    `pane` holds the token and the sliders, and answers what those announce.
    """

    DEFAULT_CSS = """
    LensScreen > #legend { height: 1; padding: 0 1; }
    LensScreen > #body { height: 1fr; }
    LensScreen LensText { width: 1fr; height: 1fr; padding: 0 1; }
    LensScreen ParametersPane { width: 48; max-width: 50%; height: 1fr; background: $surface; }
    LensScreen LensPanel { height: 1fr; padding: 0 1; }
    LensScreen LensControls { width: 1fr; height: 24; background: $surface; }
    LensScreen.-short LensControls { height: 9; }
    LensScreen.-low LensControls { height: 4; }
    LensScreen.-short LensControls Foot, LensScreen.-low LensControls Foot { display: none; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-short"), (38, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        *either_case(
            Binding("escape,q", "close", "Close", show=False),
            Binding("n", "jump(1)", "Next uncertain place", show=False),
            Binding("p", "jump(-1)", "Previous uncertain place", show=False),
            *(
                Binding(str(digit), f"choose({digit})", "Choose an alternative", show=False)
                for digit in range(1, 10)
            ),
            Binding("down", "other(1)", "Next alternative", show=False),
            Binding("up", "other(-1)", "Alternative before", show=False),
            Binding("minus", "bias(-1)", "Never this token", show=False),
            Binding("plus,equals_sign", "bias(1)", "Always this token", show=False),
            Binding("enter", "branch", "Go on from the alternative", show=False),
            Binding("tab,shift+tab", "other_pane", "Sliders or text", show=False),
        )
    ]

    def __init__(self, workspace: Workspace, message: Message, reading: lens.Reading, pane: Vertical) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self.message = message
        self.reading = reading
        self.tokens = tokens = reading.tokens
        self.uncertain = sorted(lens.most_uncertain(tokens, PLACES))
        self.text = LensText(tokens, lens.pieces_of(tokens))
        self.panel = LensPanel()
        self.controls = LensControls()
        self.pane = pane
        self.legend = PartLine("legend")
        self.chosen: tuple[int, int] | None = None  # a token, and which of its alternatives

    def compose(self) -> ComposeResult:
        """Title and legend over the text, the token and the sliders."""
        yield self.title_line
        yield self.legend
        with Horizontal(id="body"):
            yield self.text
            with self.pane:
                yield self.panel
                yield self.controls
        yield self.keys_line
        yield self.notice

    def on_mount(self) -> None:
        """Begin at the first token."""
        self.put_keys(_KEYS)
        figures = [Part(pricing.tokens(len(self.tokens)), "$text-muted", rank=1)]
        if (wavering := lens.perplexity(self.tokens)) is not None:
            figures.append(Part(f"perplexity {_figure(wavering)}", rank=0))
        name = Part(safe_line(self.message.model or ""), "$text-muted", rank=2)
        self.title_line.put([Part("Token lens", "bold $text-accent"), name], figures)
        self.legend.put([Part(words, look, rank=rank) for rank, (words, look) in enumerate(legend())], [])
        self._renew()
        self._tell_gaps()
        self.text.focus()

    def _tell_gaps(self) -> None:
        """Say what of the log-probabilities could not be read."""
        if missing := self.reading.unreadable:
            tokens = "One token is" if missing == 1 else f"{missing:,} tokens are"
            self.notice.say(
                f"{tokens} missing here: no log-probability that can be read came with them.", "warning"
            )
        if unknown := lens.unknown(self.tokens):
            tokens = "One token was" if unknown == 1 else f"{unknown:,} tokens were"
            self.notice.say(
                f"{tokens} so unlikely that the endpoint did not say how much; the perplexity is without them."
            )

    def take(self, change: changes.Change) -> None:
        """Show what other values make of the token."""
        super().take(change)
        if isinstance(change, changes.ValuesChanged):
            self._renew()

    def on_lens_text_cursor_moved(self, event: LensText.CursorMoved) -> None:
        """Show another token."""
        event.stop()
        self.chosen = None
        self._renew_panel()

    def _renew(self) -> None:
        self.controls.show(sidebar_state(self.workspace))
        self._renew_panel()

    def _renew_panel(self) -> None:
        values = self.workspace.current.values.plain()
        piece = self.text.pieces[self.text.piece]
        index = self.text.index
        selected = self.chosen[1] if self.chosen is not None and self.chosen[0] == index else None
        self.panel.put(
            picture(self.tokens, piece, index, values, self._words_bias, selected, self.message.settings)
        )

    def action_jump(self, step: int) -> None:
        """Go to the next of the most uncertain places, or to the one before; after the last comes the first."""
        here = self.text.index
        later = [place for place in self.uncertain if (place > here if step > 0 else place < here)]
        if later:
            self.text.move_to(later[0] if step > 0 else later[-1])
        else:
            self.text.move_to(self.uncertain[0 if step > 0 else -1])

    def action_choose(self, number: int) -> None:
        """Choose one of the alternatives of the token, to go on from it."""
        others = self.tokens[self.text.index].alternatives
        if number > len(others):
            self.notice.say(f"This token has {len(others)} alternatives.", "warning")
            return
        self.chosen = (self.text.index, number - 1)
        self._renew_panel()
        shown = name_of(others[number - 1].text, others[number - 1].data)
        self.notice.say(f"{number}: {shown}. Enter asks for a reply that goes on from there.")

    def action_other(self, step: int) -> None:
        """Choose the next alternative of the token, or the one before; the token that came is passed over."""
        token = self.tokens[self.text.index]
        numbers = [number for number, each in enumerate(token.alternatives, 1) if each.data != token.data]
        now = self.chosen[1] + 1 if self.chosen is not None else 0
        later = [number for number in numbers if (number > now if step > 0 else number < now)]
        if later:
            self.action_choose(later[0] if step > 0 else later[-1])
        elif not numbers:
            self.notice.say("No other token came back for this place.", "warning")
        elif step < 0 and self.chosen is not None:
            self.chosen = None
            self.notice.say("")
            self._renew_panel()

    @property
    def _words_bias(self) -> bool:
        """Whether a logit_bias may name words, as the built-in model takes them."""
        return self.workspace.current.endpoint.demo

    def action_bias(self, step: int) -> None:
        """Have the chosen token, else the one under the cursor, come never or always from the next request on."""
        token = self.tokens[self.text.index]
        chosen = self.chosen[1] if self.chosen is not None and self.chosen[0] == self.text.index else None
        text = token.text if chosen is None else token.alternatives[chosen].text
        word = text.strip()
        if not self._words_bias:
            name = self.workspace.current.endpoint.name
            self.notice.say(
                f"{name} takes a logit_bias by the number of a token, and replies tell its text alone. "
                "Numbers are set in the sidebar, under logit_bias.",
                "warning",
            )
        elif not word or word.isdigit():
            self.notice.say("This token has no word by which a bias could name it.", "warning")
        else:
            self.notice.say(bias_word(self.workspace, word, step))

    def action_branch(self) -> None:
        """Ask for a reply that begins as this one and goes on with the alternative; this one stays beside it."""
        if self.chosen is None:
            self.notice.say("Down or a digit chooses an alternative of the token first.", "warning")
            return
        index, number = self.chosen
        kept = [token.data for token in self.tokens[:index]]
        begun = b"".join([*kept, self.tokens[index].alternatives[number].data])
        try:
            text, same = begun.decode(), b"".join(kept).decode(errors="ignore")
        except UnicodeDecodeError:
            self.notice.say(
                "The text up to there ends within a character; choose a token after it.", "warning"
            )
            return
        if not self.message.content.startswith(same):
            self.notice.say(
                "These tokens do not begin the answer, so nothing can go on from them.", "warning"
            )
            return
        self.workspace.replies.branch_from(self.message.id, text)
        self.dismiss(None)

    def action_step(self, step: int) -> None:
        """Go to the token after."""
        self.text.action_step(step)

    def action_other_pane(self) -> None:
        """Go to the sliders, or back to the text, before the next key comes."""
        self.set_focus(self.controls.controls if self.focused is self.text else self.text)
