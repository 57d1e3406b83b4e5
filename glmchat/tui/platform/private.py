"""THE table of Textual's private names that are used here, and the check whether this Textual has them.

Each row is a subject: a file of this package, or a part of one. Where a name of it is missing, as it may be in a newer
Textual, all of the subject is left out and Textual's own way holds: that costs speed or manners, never the program.
Names that are only overridden stand in `OVERRIDDEN`: where Textual no longer calls them, nothing else happens.
"""

from __future__ import annotations

import importlib
import logging
from functools import cache

log = logging.getLogger(__name__)

# By subject, `module:class.name`: a method, or what the class's `__init__` puts on the object.
NAMES: dict[str, tuple[str, ...]] = {
    "compositor": (
        "textual.screen:Screen._compositor",
        "textual._compositor:ChopsUpdate",
        "textual._compositor:Compositor.render_partial_update",
        "textual._compositor:Compositor.render_full_update",
        "textual._compositor:Compositor.visible_widgets",
        "textual._compositor:Compositor.cuts",
        "textual._compositor:Compositor._dirty_regions",
        "textual._compositor:Compositor._regions_to_spans",
    ),
    "driver": (
        "textual.drivers.linux_driver:LinuxDriver.start_application_mode",
        "textual.drivers.linux_driver:LinuxDriver.run_input_thread",
        "textual.drivers.linux_driver:LinuxDriver.exit_event",
        "textual.drivers.linux_driver:LinuxDriver.process_message",
        "textual.drivers.linux_driver:LinuxDriver._get_terminal_size",
        "textual.constants:DISABLE_KITTY_KEY",
        "textual.constants:ESCAPE_DELAY",
        "textual.constants:SMOOTH_SCROLL",
        "textual.messages:InBandWindowResize",
        "textual.messages:TerminalSupportsSynchronizedOutput",
    ),
    "writer thread": (
        "textual.drivers.linux_driver:LinuxDriver._writer_thread",
        "textual.drivers._writer_thread:WriterThread._queue",
    ),
    "key table": ("textual._ansi_sequences:ANSI_SEQUENCES_KEYS",),
    "bindings": ("textual.dom:DOMNode._bindings",),
    "terminal": ("textual.app:App._driver",),
    "clipboard": ("textual.app:App._clipboard",),
    "order of input": (
        "textual.message_pump:MessagePump._closing",
        "textual.message_pump:MessagePump._closed",
        "textual.message_pump:MessagePump._message_queue",
        "textual.message_pump:MessagePump._is_mounted",
        "textual.screen:Screen._callbacks",
        "textual._queue:Queue.ready_event",
        "asyncio:Event._waiters",
    ),
    "handlers": (
        "textual.widget:Widget._get_dispatch_methods",
        "textual._callback:invoke",
    ),
    "drawn lines": (
        "textual.widget:Widget._styles_cache",
        "textual._styles_cache:StylesCache.get_inner_outer",
    ),
    "messages": ("textual.widget:Widget._dispatch_message",),
    "frames": (
        "textual.screen:Screen._compositor",
        "textual.screen:Screen._compositor_refresh",
        "textual.screen:Screen._dirty_widgets",
        "textual._compositor:Compositor.update_widgets",
        "textual._compositor:Compositor.visible_widgets",
        "textual._compositor:Compositor._dirty_regions",
    ),
}
OVERRIDDEN: tuple[str, ...] = (
    "textual.app:App._disable_tooltips",
    "textual.app:App._disable_notifications",
    "textual.app:App._process_messages_loop",
    "textual.app:App._dispatch_message",
    "textual.app:App._register_child",
    "textual.app:App._start_widget",
    "textual.app:App._close_all",
    "textual.app:App._handle_exception",
    "textual.app:App._fatal_error",
)


@cache
def has(subject: str) -> bool:
    """Tell whether this Textual has all that a subject needs."""
    missing = [name for name in NAMES[subject] if not _is_there(name)]
    if missing:
        log.warning("this Textual lacks %s; %s: its own way is taken", ", ".join(missing), subject)
    return not missing


def _is_there(name: str) -> bool:
    module, _, path = name.partition(":")
    owner, _, attribute = path.partition(".")
    try:
        found = getattr(importlib.import_module(module), owner)
    except (ImportError, AttributeError):
        return False
    return not attribute or hasattr(found, attribute) or _sets(found, attribute)


def _sets(owner: type, attribute: str) -> bool:
    """Tell whether a class, or one above it, puts an attribute on its objects as it makes them."""
    makers = (vars(each).get("__init__") for each in owner.__mro__)
    return any(attribute in code.co_names for each in makers if (code := getattr(each, "__code__", None)))
