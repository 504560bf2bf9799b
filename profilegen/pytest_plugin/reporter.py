"""Says which test runs to the recorder, and asks it for what it has."""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from pathlib import Path

from profilegen.session.attribution.protocol import LAST_PHASE, LONGEST_PACKET, packet, words_of
from profilegen.vocabulary import LONGEST_TEST

_SECONDS = struct.pack("ll", 60, 0)
"""The recorder may be busy saving; ``struct timeval`` of socket(7)."""
_OK = packet("ok")
_AWAKE_SECONDS = 0.0002


class Reporter:
    """One connection of one process.

    A recorder that has gone is no reason for tests to fail: nothing is said any more then.

    Args:
        path: of the socket.

    Attributes:
        complaint: the first error that the recorder answered; empty: none.

    Raises:
        OSError: nobody listens there.
    """

    def __init__(self, path: str) -> None:
        self.complaint = ""
        self._runs_tests = False
        self._sessions: set[str] = set()
        self._socket: socket.socket | None = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for limit in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # settimeout() would poll before each of them
            self._socket.setsockopt(socket.SOL_SOCKET, limit, _SECONDS)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise

    def begin(self, test: str, phase: str) -> None:
        """A phase of a test begins. Returns when the kernel side knows."""
        if not self._runs_tests:
            self._runs_tests = True
            self._ask("hello", str(os.getpid()))
        self._tell_session()
        if phase == LAST_PHASE:
            self._say("end", test[:LONGEST_TEST])
        else:
            self._ask("begin", test[:LONGEST_TEST], phase)

    def idle(self) -> None:
        """No test runs any more."""
        if self._runs_tests:
            self._tell_session()
            self._ask("idle")

    def conclude(self) -> list[str]:
        """Lines for the end of the tests; all that is recorded so far is saved."""
        return self._ask("conclude")

    def save(self) -> tuple[Path, ...]:
        """The files with all that is recorded so far; none if the recorder has gone."""
        return tuple(map(Path, self._ask("save")))

    def _tell_session(self) -> None:
        """Testcontainers labels the containers of each process with a session of its own."""
        labels = sys.modules.get("testcontainers.core.labels")
        session = getattr(labels, "SESSION_ID", None)
        if session is not None and str(session) not in self._sessions:
            self._sessions.add(str(session))
            self._ask("session", str(session))

    def _ask(self, *words: str) -> list[str]:
        return self._answer() if self._say(*words) else []

    def _say(self, *words: str) -> bool:
        if self._socket is None:
            return False
        try:
            self._socket.send(packet(*words))
        except OSError as error:
            self._gone(error)
            return False
        return True

    def _answer(self) -> list[str]:
        if self._socket is None:
            return []
        try:
            received = _received(self._socket)
        except OSError as error:
            self._gone(error)
            return []
        if received == _OK:
            return []
        answer, *found = words_of(received)
        if answer == "ok":
            return found
        self.complaint = self.complaint or " ".join(found)
        return []

    def _gone(self, error: Exception) -> None:
        self.complaint = self.complaint or f"the recorder has gone ({error})"
        if self._socket is not None:
            self._socket.close()
        self._socket = None


def _received(connection: socket.socket) -> bytes:
    """The next packet. It is nearly always there sooner than a thread that sleeps would be awake again."""
    end = time.perf_counter() + _AWAKE_SECONDS
    while time.perf_counter() < end:
        try:
            return connection.recv(LONGEST_PACKET, socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
    return connection.recv(LONGEST_PACKET)
