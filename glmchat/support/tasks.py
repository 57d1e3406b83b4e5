"""Work beside the event loop's own: tasks with an owner, work that is not cut short, slow imports."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeVar

T = TypeVar("T")


async def load(module: str) -> None:
    """Import a module in a thread, so that keys that are typed meanwhile need not wait for it."""
    await asyncio.to_thread(import_module, module)


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Finish work however often it is cancelled meanwhile, and raise the cancellation afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled


def beside(work: Callable[[], Any]) -> asyncio.Future[Any]:
    """Run work that blocks in a thread that nobody waits for: the program may end while it still goes on."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)

    def run() -> None:
        result, failed = None, None
        try:
            result = work()
        except BaseException as error:  # whatever it is, it is for the one who waits
            failed = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=run, daemon=True).start()
    return done


class DaemonThreads(ThreadPoolExecutor):
    """An event loop's threads that do not keep the program from ending: a name server or a command may hang.

    At the end what is under way gets a moment, so that a file that is being written is whole.
    """

    _MOMENT_S = 0.2

    def __init__(self) -> None:
        super().__init__(1)
        self._threads_begun: set[threading.Thread] = set()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run work in a thread of its own."""
        future: Future[T] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(fn(*args, **kwargs))
                except BaseException as error:  # whatever it is, it is for the one who waits
                    future.set_exception(error)
            self._threads_begun.discard(thread)

        thread = threading.Thread(target=run, daemon=True)
        self._threads_begun.add(thread)
        thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is under way, but no longer than a moment."""
        until = time.monotonic() + self._MOMENT_S
        for thread in list(self._threads_begun) if wait else ():
            thread.join(max(0.0, until - time.monotonic()))
        super().shutdown(wait=False, cancel_futures=cancel_futures)


class Tasks:
    """Tasks that belong to an owner: each is held until it ends, and what goes wrong in it is reported, never lost."""

    def __init__(self, on_failure: Callable[[BaseException], None]) -> None:
        self._on_failure = on_failure
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run work in a task of its own."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_failure(error)

    async def settle(self, apart: Iterable[asyncio.Task[Any] | None] = ()) -> None:
        """Wait until every task has ended but the one that asks, and those that are set apart."""
        left = {asyncio.current_task(), *apart}
        while pending := self._running - left:
            await asyncio.wait(pending)

    def cancel(self) -> None:
        """Cancel every task but the one that asks."""
        for task in self._running - {asyncio.current_task()}:
            task.cancel()

    async def end(self, patience_s: float) -> None:
        """Let every task take its first step, then cancel all but the one that asks; wait so long for their ends."""
        await asyncio.sleep(0)
        self.cancel()
        if ending := self._running - {asyncio.current_task()}:
            await asyncio.wait(ending, timeout=patience_s)
