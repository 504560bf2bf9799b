"""The socket where tests say which of them runs: answered when the kernel side knows."""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import struct
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from profilegen.errors import ProfilegenError
from profilegen.session.attribution.protocol import LONGEST_PACKET, PHASES, bounded, packet, words_of
from profilegen.session.attribution.timeline import WORKERS_KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from profilegen.recording import Recording
    from profilegen.session.attribution.timeline import Timeline

_CREDENTIALS = struct.Struct("3i")
"""``struct ucred`` of unix(7): process, user, group."""


class Listener:
    """Answers from :meth:`start` on, in a thread, until the block is left.

    The socket lies in a folder of its own that only its owner can enter, and whoever connects is asked for
    by the kernel: the owner or root, nobody else. What is said is data: a name that is too long is cut, a
    message that makes no sense is answered with an error.

    Args:
        timeline: what the tests say is kept there.
        enter_test: tells the kernel side.
        save: saves what is recorded so far; returns what is in the files.
        summarise: makes lines for the end of the tests of it.
        owner: user and group that the tests run as.
    """

    def __init__(
        self,
        timeline: Timeline,
        enter_test: Callable[[int], None],
        save: Callable[[], Mapping[Path, Recording]],
        summarise: Callable[[Sequence[Recording]], Sequence[str]],
        owner: tuple[int, int] | None,
    ) -> None:
        self._timeline = timeline
        self._enter_test = enter_test
        self._save = save
        self._summarise = summarise
        self._allowed = {0, os.geteuid(), *(owner or ())[:1]}
        self._folder = Path(tempfile.mkdtemp(prefix="profilegen-"))
        self.path = self._folder / "tests"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.bind(str(self.path))
        self.path.chmod(0o600)
        if owner is not None:
            for path in (self.path, self._folder):
                os.chown(path, *owner)
        self._socket.listen()
        self._workers: dict[socket.socket, int] = {}
        self._stop = os.eventfd(0, os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._serve, name="profilegen-tests", daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.eventfd_write(self._stop, 1)
        if self._thread.is_alive():
            self._thread.join()
        os.close(self._stop)
        self._socket.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Answer from now on: the tracer is attached."""
        self._thread.start()

    def _serve(self) -> None:
        """Answer at once: a test waits for each answer, a fifth as long if this is a real-time thread."""
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))  # of this thread alone (sched(7))
        with selectors.DefaultSelector() as selector:
            selector.register(self._stop, selectors.EVENT_READ)
            selector.register(self._socket, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj == self._stop:
                        for connection in self._workers:
                            connection.close()
                        return
                    if key.fileobj is self._socket:
                        self._accept(selector)
                    elif isinstance(key.fileobj, socket.socket):
                        self._hear(key.fileobj, selector)

    def _accept(self, selector: selectors.BaseSelector) -> None:
        with suppress(OSError):
            connection, _ = self._socket.accept()
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            process, user, _ = _CREDENTIALS.unpack(credentials)
            if user not in self._allowed or len(self._workers) >= WORKERS_KEPT:
                connection.close()
                return
            connection.setblocking(False)
            self._workers[connection] = -process
            selector.register(connection, selectors.EVENT_READ)

    def _hear(self, connection: socket.socket, selector: selectors.BaseSelector) -> None:
        try:
            message = connection.recv(LONGEST_PACKET)
            if message:
                connection.send(self._answer(connection, message))
                return
        except OSError:  # it is gone, or does not read its answers
            pass
        selector.unregister(connection)
        worker = self._workers.pop(connection)
        connection.close()
        if worker >= 0:
            self._enter_test(self._timeline.end(worker))

    def _answer(self, connection: socket.socket, message: bytes) -> bytes:
        try:
            return packet("ok", *self._obey(connection, words_of(message)))
        except (ValueError, RecursionError, OSError, ProfilegenError) as error:
            return packet("error", bounded(str(error)))

    def _obey(self, connection: socket.socket, words: list[str]) -> Sequence[str]:
        match words:
            case ["hello", process]:
                if self._workers[connection] < 0:
                    self._workers[connection] = self._timeline.join(int(process))
            case ["begin", test, phase] if phase in PHASES:
                name = bounded(test) or "?"
                self._enter_test(self._timeline.begin(self._worker(connection), name, phase))
            case ["idle"]:
                self._enter_test(self._timeline.end(self._worker(connection)))
            case ["session", session]:
                self._timeline.starts_containers_of(self._worker(connection), bounded(session))
            case ["save"]:
                return [str(path.resolve()) for path in self._save()]
            case ["conclude"]:
                return self._summarise(tuple(self._save().values()))
            case _:
                raise ValueError(f"there is no message {bounded(words[0])[:100]!r} like this")
        return ()

    def _worker(self, connection: socket.socket) -> int:
        worker = self._workers[connection]
        if worker < 0:
            raise ValueError("say hello first")
        return worker
