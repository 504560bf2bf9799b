"""What tests and the recorder say to each other: words with a NUL between them, one message a packet.

=====================  ======================================================================
``hello PID``          a process that runs tests, a worker of xdist or all of pytest
``session ID``         it starts containers with this session of testcontainers
``begin TEST PHASE``   a phase of a test begins; answered when the kernel side knows
``end TEST``           the same of its last phase, without an answer
``idle``               no test runs any more
``save``               save what is recorded so far, of running containers too
``conclude``           the same, for a summary
=====================  ======================================================================

An answer is ``ok``, followed by the paths of files or the lines of the summary, or ``error`` and a sentence.
"""

from __future__ import annotations

VARIABLE = "PROFILEGEN_SOCKET"
"""Variable of the environment with the path of the socket."""
PHASES = ("setup", "call")
"""Of a test, as pytest has them, that are waited for."""
LAST_PHASE = "teardown"
"""A moment later it is the same test's all the same."""
LONGEST_PACKET = 65_536
"""Bytes. What is longer is cut."""


def packet(*words: str) -> bytes:
    """The bytes of a message."""
    text = "\0".join(word.replace("\0", "\\0") for word in words)
    return text.encode("utf-8", "backslashreplace")


def words_of(packet: bytes) -> list[str]:
    """The words of a message, whatever is in it; none of them has a lone surrogate."""
    return packet.decode("utf-8", "backslashreplace").split("\0")
