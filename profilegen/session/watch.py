"""What is done again and again while a recording goes on: a look for the view, room for the tracer."""

from __future__ import annotations

import gc
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profilegen.tracer.maps.progress import Progress
    from profilegen.tracer.observation import Observation
    from profilegen.tracer.tracer import Tracer

_LOOK_SECONDS = 0.5
_TAKE_SECONDS = 2.0


class Watch:
    """A thread beside the command, or beside the wait for Ctrl-C.

    Attributes:
        failure: what ended it early. The recording still is what the tracer has; to be raised at the end.
    """

    def __init__(self, tracer: Tracer, take: Callable[[Observation], None]) -> None:
        self.failure: Exception | None = None
        self._tracer = tracer
        self._take = take
        self._stop = threading.Event()

    @contextmanager
    def running(self, look: Callable[[Progress], None] | None = None) -> Iterator[None]:
        """Watch until the block is left; ``look`` is shown the progress twice a second."""
        gc.enable()  # what starts quickly goes without; this may take days
        thread = threading.Thread(target=self._run, args=(look,), name="profilegen-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _run(self, look: Callable[[Progress], None] | None) -> None:
        try:
            due = time.monotonic() + _TAKE_SECONDS
            while True:
                if look is not None:
                    look(self._tracer.progress())
                if time.monotonic() >= due:
                    self._take(self._tracer.take_ended())
                    due = time.monotonic() + _TAKE_SECONDS
                if self._stop.wait(_TAKE_SECONDS if look is None else _LOOK_SECONDS):
                    return
        except Exception as error:  # noqa: BLE001 - of a thread: raised by the session once all is saved
            self.failure = error
