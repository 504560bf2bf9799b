"""What tests and the recorder say to each other: one JSON array a packet, and one as its answer.

=====================  ======================================================================
``hello PID``          a process that runs tests, a worker of xdist or all of pytest
``session ID``         it starts containers with this session of testcontainers
``begin TEST PHASE``   a phase of a test begins; answered when the kernel side knows
``idle``               no test runs any more
``save``               save what is recorded so far, of running containers too
``conclude``           the same, for a summary
=====================  ======================================================================

An answer is ``ok``, followed by the paths of files or the lines of the summary, or ``error`` and a sentence.
"""

from __future__ import annotations

import json

VARIABLE = "PROFILEGEN_SOCKET"
"""Variable of the environment with the path of the socket."""
PHASES = ("setup", "call", "teardown")
"""Of a test, as pytest has them."""
LONGEST_PACKET = 65_536
"""Bytes. A longer one is refused."""
LONGEST_TEXT = 4096
"""Characters of a name; what is longer is cut."""


def packet(*words: object) -> bytes:
    """The bytes of a message."""
    return json.dumps(words, separators=(",", ":")).encode()


def words_of(packet: bytes) -> list[str]:
    """The words of a message.

    Raises:
        ValueError: it is not an array of texts.
    """
    words = json.loads(packet)
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise ValueError("a message is an array of texts")
    return words


def bounded(text: str) -> str:
    """A name that every file can hold: no lone surrogates, and not too long."""
    return text[:LONGEST_TEXT].encode("utf-8", "backslashreplace").decode()[:LONGEST_TEXT]
