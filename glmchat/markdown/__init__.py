"""Text to blocks to lines, a piece at a time; knows no screen.

Stands on `support`; imported by `tui` only.
"""


def warm() -> None:
    """Import and build the parsers, which takes a tenth of a second; may be called in a thread while nobody waits."""
    from glmchat.markdown.blocks import block_parser
    from glmchat.markdown.inline_parser import inline_parser

    block_parser()
    inline_parser()
