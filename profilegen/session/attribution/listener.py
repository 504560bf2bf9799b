"""The socket where tests say which of them runs: answered when the kernel side knows."""

from __future__ import annotations

import os
import select
import shutil
import socket
import struct
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from profilegen.errors import ProfilegenError
from profilegen.session.attribution.protocol import (
    LAST_PHASE,
    LONGEST_PACKET,
    PHASES,
    packet,
    words_of,
)
from profilegen.session.attribution.timeline import WORKERS_KEPT
from profilegen.vocabulary import LONGEST_TEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from profilegen.recording import Recording
    from profilegen.session.attribution.timeline import Timeline

_CREDENTIALS = struct.Struct("3i")
"""``struct ucred`` of unix(7): process, user, group."""
_OK = packet("ok")
_FOLLOWED = 256
"""After so many messages it is asked again where the test runs."""
_PROCESSOR = 39 - 3
"""Of ``processor`` in /proc/PID/stat (proc(5)), from the third field on, before which the name ends."""


@dataclass(slots=True)
class _Client:
    """Who has connected."""

    connection: socket.socket
    process: int
    worker: int | None = None
    """As the timeline calls it; None: it has not said that it runs tests."""

    @property
    def sure_worker(self) -> int:
        if self.worker is None:
            raise ValueError("say hello first")
        return self.worker


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
        self._clients: dict[int, _Client] = {}
        self._begun = 0
        self._ordinary = ThreadPoolExecutor(1, thread_name_prefix="profilegen-save")
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
        self._ordinary.shutdown()
        os.close(self._stop)
        self._socket.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Answer from now on: the tracer is attached."""
        self._ordinary.submit(lambda: None).result()  # made here: an ordinary thread
        self._thread.start()

    def _serve(self) -> None:
        """Answer at once, because a test waits for each answer; what takes time is another thread's."""
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))  # of this thread alone (sched(7))
        with select.epoll() as ready:
            for descriptor in (self._stop, self._socket.fileno()):
                ready.register(descriptor, select.EPOLLIN)
            while True:
                for descriptor, _ in ready.poll():
                    client = self._clients.get(descriptor)
                    if client is not None:
                        self._hear(client, ready)
                    elif descriptor == self._stop:
                        for one in self._clients.values():
                            one.connection.close()
                        return
                    else:
                        self._accept(ready)

    def _accept(self, ready: select.epoll) -> None:
        with suppress(OSError):
            connection, _ = self._socket.accept()
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            process, user, _ = _CREDENTIALS.unpack(credentials)
            if user not in self._allowed or len(self._clients) >= WORKERS_KEPT:
                connection.close()
                return
            connection.setblocking(False)
            self._clients[connection.fileno()] = _Client(connection, process)
            ready.register(connection, select.EPOLLIN)

    def _hear(self, client: _Client, ready: select.epoll) -> None:
        try:
            message = client.connection.recv(LONGEST_PACKET)
            if message:
                answer = self._answer(client, message)
                if answer:
                    client.connection.send(answer)
                return
        except OSError:  # it is gone, or does not read its answers
            pass
        ready.unregister(client.connection)
        del self._clients[client.connection.fileno()]
        client.connection.close()
        if client.worker is not None:
            self._enter_test(self._timeline.end(client.worker))

    def _answer(self, client: _Client, message: bytes) -> bytes:
        words = words_of(message)
        try:
            match words:
                case ["begin", test, phase] if phase in PHASES:
                    self._begin(client, test, phase)
                case ["end", test]:
                    if client.worker is not None:
                        self._begin(client, test, LAST_PHASE)
                    return b""
                case _:
                    return packet("ok", *self._obey(client, words))
        except (ValueError, OSError, ProfilegenError) as error:
            return packet("error", str(error)[:LONGEST_TEST])
        return _OK

    def _begin(self, client: _Client, test: str, phase: str) -> None:
        self._enter_test(self._timeline.begin(client.sure_worker, test[:LONGEST_TEST] or "?", phase))
        if self._begun % _FOLLOWED == 0:
            _run_beside(client.process)
        self._begun += 1

    def _obey(self, client: _Client, words: list[str]) -> Sequence[str]:
        match words:
            case ["hello", process]:
                if client.worker is None:
                    client.worker = self._timeline.join(int(process))
            case ["idle"]:
                self._enter_test(self._timeline.end(client.sure_worker))
            case ["session", session]:
                self._timeline.starts_containers_of(client.sure_worker, session[:LONGEST_TEST])
            case ["save"]:
                return [str(path.resolve()) for path in self._ordinary.submit(self._save).result()]
            case ["conclude"]:
                return self._ordinary.submit(lambda: self._summarise(tuple(self._save().values()))).result()
            case _:
                raise ValueError(f"there is no message {words[0][:100]!r} like this")
        return ()


def _run_beside(process: int) -> None:
    """Run this thread on the CPU of a process that waits for it: another one would have to be woken first.

    A test waits a third as long (25 us for 75); as a real-time thread this one displaces what runs there.
    """
    with suppress(OSError, ValueError, IndexError):  # it has gone
        fields = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()
        os.sched_setaffinity(0, {int(fields[_PROCESSOR])})
