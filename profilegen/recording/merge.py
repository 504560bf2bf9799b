"""Merging recordings of one subject: set union.

Commutative, associative and idempotent: every field of an item either belongs to its identity or is
joined by an operation that has the three properties itself.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from profilegen.errors import UsageError
from profilegen.tables.arguments import MAX_COMBINATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from profilegen.recording.model import Container, Recording, RefusedSyscall, SyscallArguments

_Model = TypeVar("_Model", bound=BaseModel)

CONTAINERS_KEPT = 64
"""Containers that a recording names of those that differ in nothing but id, name and command: the smallest
by id. Two thousand containers of one test are one fact."""

ASKERS_KEPT = 4
"""Stacks of the kernel that a capability check keeps."""

PROGRAMS_KEPT = 8
"""Programs that an item keeps, the smallest by name, so that merging many runs stays bounded."""


_MOST_AT_ONCE = 64
"""Recordings in memory beside the merged one. A step costs as much as all that is merged by then, so that a
few recordings take one."""


def merge(recordings: Iterable[Recording]) -> Recording:
    """The union of recordings of one subject, in canonical form; read a few at a time.

    Raises:
        UsageError: none was given, or they are of different subjects.
    """
    rest = iter(recordings)
    merged: Recording | None = None
    while batch := tuple(islice(rest, _MOST_AT_ONCE)):
        models = batch if merged is None else (merged, *batch)
        for other in models:
            if other.subject != models[0].subject:
                raise UsageError(
                    f"recordings of {models[0].subject} and of {other.subject} cannot be merged",
                    "give the recordings of one subject",
                )
        merged = _united(models)
    if merged is None:
        raise UsageError("there is no recording to merge")
    return merged


def normalise(recording: Recording) -> Recording:
    """The one canonical form: every collection sorted, every item there once."""
    return _united((recording,))


def with_items(recording: Recording, **items: Iterable[Any]) -> Recording:
    """A canonical recording with other items in some of its collections, in canonical form again.

    Args:
        recording: in canonical form.
        items: by the collection's name, in any order.
    """
    return recording.model_copy(update=_bounded({name: _collection(some) for name, some in items.items()}))


def _all(*collections: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted(set(chain(*collections))))


def _smallest(count: int) -> Callable[..., tuple[Any, ...]]:
    return lambda *collections: _all(*collections)[:count]


def _any(*seen: bool) -> bool:
    return any(seen)


_JOINED: dict[str, Callable[..., Any]] = {
    "runs": _smallest(2),
    "programs": _smallest(PROGRAMS_KEPT),
    "phases": _all,
    "syscalls": _all,
    "access": _all,
    "askers": _smallest(ASKERS_KEPT),
    "file_capabilities": _all,
    "given": _all,
    **dict.fromkeys(("executed", "examined", "file_effective", "set_user", "set_group"), _any),
    "count": lambda *counts: max(counts),
}
"""How the fields of an item that are not its identity come together; each takes one or more values."""

_SETS = ("values", "bounding_set", "ambient_set", "instead", "left_out", "volumes")
"""Fields of an item's identity whose order means nothing."""


def _united(models: tuple[_Model, ...]) -> _Model:
    """Models of one kind as one: collections united, everything else taken from the first."""
    first = models[0]
    fields: dict[str, Any] = {}
    for name in type(first).model_fields:
        values = [getattr(model, name) for model in models]
        if isinstance(values[0], BaseModel):
            fields[name] = _united(tuple(values))
        elif isinstance(values[0], tuple):
            fields[name] = _collection(chain.from_iterable(values))
    return first.model_copy(update=_bounded(fields))


def _bounded(fields: dict[str, Any]) -> dict[str, Any]:
    """The collections with no more in each than a recording keeps."""
    if "arguments" in fields:
        fields["arguments"] = tuple(_few_combinations(fields["arguments"]))
    if "refused" in fields:
        fields["refused"] = tuple(_few_refusals(fields["refused"]))
    if "containers" in fields:
        fields["containers"] = _few_of_each_kind(fields["containers"])
    return fields


def _few_of_each_kind(containers: tuple[Container, ...]) -> tuple[Container, ...]:
    """At most CONTAINERS_KEPT of each kind, of containers that are sorted by id."""
    counts: Counter[Container] = Counter()
    few = []
    for container in containers:
        kind = container.model_copy(update={"id": "", "name": "", "command": ()})
        counts[kind] += 1
        if counts[kind] <= CONTAINERS_KEPT:
            few.append(container)
    return tuple(few)


def _few_combinations(arguments: Iterable[SyscallArguments]) -> Iterator[SyscallArguments]:
    """At most MAX_COMBINATIONS of each call, the smallest, and an item that says anything if there were more.

    The items are sorted by call. Numbers that mean something are small, those of a probe are not.
    """
    for _, group in groupby(arguments, key=lambda item: (item.abi, item.name)):
        items = tuple(group)
        told_apart = [item for item in items if not item.anything]
        if _is_anything(items):
            yield from sorted((*told_apart[:MAX_COMBINATIONS], _anything(items)), key=_identity)
        else:
            yield from items


def _few_refusals(refused: Iterable[RefusedSyscall]) -> Iterator[RefusedSyscall]:
    """At most MAX_COMBINATIONS of each call and errno, or one item that says anything."""
    for _, group in groupby(refused, key=lambda item: (item.abi, item.name, item.errno)):
        items = tuple(group)
        if _is_anything(items):
            yield _anything(items)
        else:
            yield from items


def _is_anything(items: Collection[SyscallArguments] | Collection[RefusedSyscall]) -> bool:
    return len(items) > MAX_COMBINATIONS or any(item.anything for item in items)


def _anything(items: Iterable[_Model]) -> _Model:
    """The one item that stands for all of these."""
    one: _Model = _joined([item.model_copy(update={"values": (), "anything": True}) for item in items])
    return one


def _collection(elements: Iterable[Any]) -> tuple[Any, ...]:
    """Elements of one collection, sorted, those of one identity joined into one."""
    groups: dict[Any, list[Any]] = {}
    for element in elements:
        one = _sorted_inside(element) if isinstance(element, BaseModel) else element
        groups.setdefault(_identity(one), []).append(one)
    return tuple(_joined(groups[identity]) for identity in sorted(groups))


def _sorted_inside(item: BaseModel) -> BaseModel:
    update = {name: _all(getattr(item, name)) for name in _fields(item, *_SETS)}
    return item.model_copy(update=update) if update else item


def _identity(element: Any) -> tuple[Any, ...]:
    """What two items of the same thing have in common, as a key to sort by (None comes first)."""
    if not isinstance(element, BaseModel):
        return (element,)
    names = (name for name in type(element).model_fields if name not in _JOINED)
    return tuple((value is not None, value) for value in (getattr(element, name) for name in names))


def _joined(items: list[Any]) -> Any:
    first = items[0]
    if not isinstance(first, BaseModel):
        return first
    joined = {name: [getattr(item, name) for item in items] for name in _fields(first, *_JOINED)}
    return first.model_copy(update={name: _JOINED[name](*values) for name, values in joined.items()})


def _fields(item: BaseModel, *names: str) -> Iterator[str]:
    return (name for name in names if name in type(item).model_fields)
