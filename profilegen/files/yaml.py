"""YAML that an attacker may have written: plain values only, aliases and depth bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen.errors import InputError
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes."""
NODE_LIMIT = 100_000
"""Values of all documents, those behind an alias counted each time: nine lines can stand for 9**9."""
_DEPTH_LIMIT = 100


def load_yaml(content: bytes, name: str) -> tuple[Any, ...]:
    """The documents of a YAML (or JSON) text as dicts, lists, strings, numbers and dates.

    Args:
        content: the text.
        name: of the file, for errors.

    Raises:
        InputError: the text is not YAML, names Python objects, or is larger than any file of its kind.
    """
    import yaml  # noqa: PLC0415 - 15 ms, and most commands read none

    if len(content) > SIZE_LIMIT:
        raise InputError(f"{printable(name)} is larger than {SIZE_LIMIT // 1024**2} MiB")
    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_depth(yaml.parse(content, Loader=kind))
        loader, documents, nodes = kind(content), [], 0
        while loader.check_node():
            node = loader.get_node()
            nodes += _size(node, NODE_LIMIT - nodes)
            documents.append(loader.construct_document(node))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise InputError(f"{printable(name)}{line}: {printable(str(error.problem), 200)}") from error
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise InputError(f"{printable(name)} is not YAML: {printable(str(error), 200)}") from error
    return tuple(documents)


def dump_yaml(document: Any) -> str:
    """The YAML text of plain values, in the order of their keys, in ASCII: no text in them becomes syntax."""
    import yaml  # noqa: PLC0415

    return str(yaml.safe_dump(document, sort_keys=False, default_flow_style=False, width=1000))


def _check_depth(events: Iterable[Any]) -> None:
    """Compare the depth with the limit before anything recurses into the text."""
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith(("MappingStartEvent", "SequenceStartEvent"))
        depth -= kind.endswith(("MappingEndEvent", "SequenceEndEvent"))
        if depth > _DEPTH_LIMIT:
            raise ValueError(f"it is nested more than {_DEPTH_LIMIT} deep")


def _size(node: Any, limit: int) -> int:
    """Count the values below a node, those behind an alias each time they are reached.

    Raises:
        ValueError: there are more than the limit, or an alias stands inside of what it names.
    """
    count, rest = 0, [node]
    while rest:
        value = rest.pop()
        count += 1
        if count > limit:
            raise ValueError(f"it stands for more than {NODE_LIMIT} values")
        if isinstance(value, tuple):
            rest += value
        elif isinstance(value.value, list):
            rest += value.value
    return count
