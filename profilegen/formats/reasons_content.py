"""The content of ``reasons.json``: why each line of the profiles is there, and digests of the files."""

from __future__ import annotations

import hashlib
from typing import Literal

from profilegen.abi import Abi
from profilegen.policy.model import Frozen, Reason
from profilegen.text import json_text

FILE = "reasons.json"
ALLOWED, REFUSED = "allowed", "refused"


class Line(Frozen):
    """One call with its arguments, one capability, one path, or one kind of socket."""

    name: str
    arguments: str = ""
    """The conditions in words; empty: whatever they are."""
    answer: str = ALLOWED
    """``allowed``, the errno of a call that is refused, or the access to a path."""
    reasons: tuple[Reason, ...]
    opens: tuple[str, ...] = ()
    """What it gives to whoever gets hold of the program."""
    wider: bool = False
    """Docker's default would refuse it."""
    tests: tuple[str, ...] = ()
    """Those that ran while it was used, the first few; see :class:`profilegen.recording.tested.Tested`."""
    more_tests: int = 0
    """How many there are beside them."""


class Calls(Frozen):
    """The calls of one seccomp profile."""

    file: str
    arch: Abi
    translated_from: tuple[Abi, ...]
    calls: tuple[Line, ...]


class Image(Frozen):
    """An image that was recorded."""

    name: str
    id: str


class Reasons(Frozen):
    """The content of the file."""

    schema_version: Literal[1] = 1
    subject: str
    profilegen: str
    """The version that wrote it."""
    images: tuple[Image, ...]
    runs: int
    runs_are_exact: bool
    files: dict[str, str]
    """SHA-256 of each file as profilegen wrote it, by name."""
    profiles: tuple[Calls, ...]
    capabilities: tuple[Line, ...]
    paths: tuple[Line, ...]
    networks: tuple[Line, ...]


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def text_of(content: Reasons) -> str:
    """The text of the file, without what is as in most lines: the same content gives the same bytes."""
    return json_text({"schema_version": 1, **content.model_dump(mode="json", exclude_defaults=True)})
