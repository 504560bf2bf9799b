"""Says which test runs to the recorder, and asks it for what it has."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from profilegen.session.attribution.protocol import LONGEST_PACKET, LONGEST_TEXT, packet, words_of

_SECONDS = 60.0
"""The recorder may be busy saving."""


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
        self._socket.settimeout(_SECONDS)
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
        self._ask("begin", test[:LONGEST_TEXT], phase)

    def idle(self) -> None:
        """No test runs any more."""
        if self._runs_tests:
            self._tell_session()
            self._ask("idle")

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
        if self._socket is None:
            return []
        try:
            self._socket.send(packet(*words))
            answer, *found = words_of(self._socket.recv(LONGEST_PACKET))
        except (OSError, ValueError) as error:
            self.complaint = self.complaint or f"the recorder has gone ({error})"
            self._socket.close()
            self._socket = None
            return []
        if answer == "ok":
            return found
        self.complaint = self.complaint or " ".join(found)
        return []
