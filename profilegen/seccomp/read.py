"""Reading a seccomp profile from an untrusted file: OCI's and Docker's JSON, or a Kubernetes resource."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from pydantic import ValidationError

from profilegen.errors import SeccompUnreadableError
from profilegen.files.untrusted import complaint, read_bytes, structure
from profilegen.seccomp.document import Argument, Document, Entry, Family, Limits
from profilegen.seccomp.kubernetes import profile_in
from profilegen.text import printable

if TYPE_CHECKING:
    from pathlib import Path

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes. Docker's default has 15 KiB; Kubernetes keeps none above 1 MiB in its store."""

STRUCTURE_LIMIT = 50_000
"""Opening brackets and commas outside of strings: Docker's default comes to 600."""

_FIELDS = {
    name.lower(): name for part in (Argument, Limits, Entry, Family, Document) for name in part.model_fields
}


_YAML = re.compile(r"\s*(?:---\s|#|[A-Za-z]+:(?:\s|$))")
_CONVERT = "yq -o=json . FILE.yaml > FILE.json, or kubectl get seccompprofile NAME -o json > FILE.json"


class Loaded(NamedTuple):
    """A profile, and what somebody who relies on it should know."""

    document: Document
    warnings: tuple[str, ...] = ()


def load(path: Path) -> Loaded:
    """The profile in a file.

    Raises:
        SeccompUnreadableError: it cannot be read, or no engine would take it.
    """
    name = printable(str(path))
    try:
        content = read_bytes(path, SIZE_LIMIT)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        cause = error.strerror if isinstance(error, OSError) else error
        raise SeccompUnreadableError(f"{name} cannot be read: {cause}") from error
    if len(content) > SIZE_LIMIT or structure(content, STRUCTURE_LIMIT) > STRUCTURE_LIMIT:
        raise SeccompUnreadableError(f"{name} is not a seccomp profile: it is larger than any")
    return parse(content, name)


def parse(content: bytes, name: str) -> Loaded:
    """The profile from the bytes of a file; the name is for errors and warnings.

    Raises:
        SeccompUnreadableError: no engine would take it.
    """
    misspelled: dict[str, str] = {}
    try:
        text = content.decode()
        if _YAML.match(text):
            raise SeccompUnreadableError(f"{name} is YAML, and seccomp profiles are read as JSON", _CONVERT)
        hook = partial(_fields, misspelled)
        found = profile_in(json.loads(text, object_pairs_hook=hook, parse_constant=_refused))
        document = Document.model_validate(found.content)
    except ValidationError as error:
        raise SeccompUnreadableError(f"{name} is not a seccomp profile: {complaint(error)}") from error
    except (ValueError, RecursionError) as error:
        cause = printable(str(error), 200)
        raise SeccompUnreadableError(f"{name} is not a seccomp profile: {cause}") from error
    spellings = (_spelling(*pair) for pair in misspelled.items())
    return Loaded(document, tuple(f"{name}: {text}" for text in (*spellings, *found.warnings)))


def _fields(misspelled: dict[str, str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; null is what is not there, as for Go.

    Args:
        misspelled: takes each field that is not spelled as in the specification, with its right name.
        pairs: the object's fields.

    Raises:
        ValueError: a field is there twice, in any spelling.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        right = _FIELDS.get(name.lower(), name)
        if right in found:
            raise ValueError(f"the field {name[:40]!r} is there twice, and engines differ in which they take")
        if right != name:
            misspelled[name] = right
        found[right] = value
    return {name: value for name, value in found.items() if value is not None}


def _spelling(name: str, right: str) -> str:
    return (
        f"{printable(name, 40)} is read as {right}, as Docker and Podman do, which ignore case; "
        "crun and youki ignore the field"
    )


def _refused(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")
