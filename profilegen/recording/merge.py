"""Merging recordings of one subject: set union.

Commutative, associative and idempotent: every field of an item either belongs to its identity or is
joined by an operation that has the three properties itself, which stands on the field (evidence/base.py).
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import BaseModel

from profilegen.errors import UsageError
from profilegen.recording.evidence.base import AnyOrder, Joined, union
from profilegen.recording.evidence.calls import RefusedSyscall, SyscallArguments
from profilegen.recording.evidence.containers import Container
from profilegen.tables.arguments import MAX_COMBINATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from profilegen.recording.model import Recording

_Model = TypeVar("_Model", bound=BaseModel)

CONTAINERS_KEPT = 64
"""Containers that a recording names of those that differ in nothing but id, name and command: the smallest
by id. Two thousand containers of one test are one fact."""

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
    return recording.model_copy(update={name: _collection(some) for name, some in items.items()})


class _Rules(NamedTuple):
    """What the fields of a model say about merging."""

    identity: tuple[str, ...]
    joined: tuple[tuple[str, Callable[[Iterable[Any]], Any]], ...]
    any_order: tuple[str, ...]


@cache
def _rules(model: type[BaseModel]) -> _Rules:
    rules: dict[str, Any] = {
        name: next((rule for rule in field.metadata if isinstance(rule, Joined | AnyOrder)), None)
        for name, field in model.model_fields.items()
    }
    return _Rules(
        tuple(name for name, rule in rules.items() if not isinstance(rule, Joined)),
        tuple((name, rule.join) for name, rule in rules.items() if isinstance(rule, Joined)),
        tuple(name for name, rule in rules.items() if isinstance(rule, AnyOrder)),
    )


def _united(models: tuple[_Model, ...]) -> _Model:
    """Models of one kind as one: collections united, everything else taken from the first."""
    first = models[0]
    fields: dict[str, Any] = {}
    joined = dict(_rules(type(first)).joined)
    for name in type(first).model_fields:
        values = [getattr(model, name) for model in models]
        if name in joined:
            fields[name] = joined[name](values)
        elif isinstance(values[0], BaseModel):
            fields[name] = _united(tuple(values))
        elif isinstance(values[0], tuple):
            fields[name] = _collection(chain.from_iterable(values))
    return first.model_copy(update=fields)


def _few_of_each_kind(containers: Iterable[Container]) -> Iterator[Container]:
    """At most CONTAINERS_KEPT of each kind, of containers that are sorted by id."""
    counts: Counter[Container] = Counter()
    for container in containers:
        kind = container.model_copy(update={"id": "", "name": "", "command": ()})
        counts[kind] += 1
        if counts[kind] <= CONTAINERS_KEPT:
            yield container


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


_BOUNDS: dict[type, Callable[[Iterable[Any]], Iterable[Any]]] = {
    Container: _few_of_each_kind,
    SyscallArguments: _few_combinations,
    RefusedSyscall: _few_refusals,
}
"""How many items of a kind a collection keeps: each takes and gives sorted items."""


def _collection(elements: Iterable[Any]) -> tuple[Any, ...]:
    """Elements of one collection, sorted, those of one identity joined into one."""
    groups: dict[Any, list[Any]] = {}
    kind: type | None = None
    for element in elements:
        kind = type(element)
        item = _sorted_inside(element) if isinstance(element, BaseModel) else element
        groups.setdefault(_identity(item), []).append(item)
    joined = (_joined(groups[identity]) for identity in sorted(groups))
    return tuple(_BOUNDS[kind](joined) if kind in _BOUNDS else joined)


def _sorted_inside(item: _Model) -> _Model:
    return _updated(item, {name: union((getattr(item, name),)) for name in _rules(type(item)).any_order})


def _identity(element: Any) -> tuple[Any, ...]:
    """What two items of the same thing have in common, as a key to sort by (None comes first)."""
    if not isinstance(element, BaseModel):
        return (element,)
    values = (getattr(element, name) for name in _rules(type(element)).identity)
    return tuple((value is not None, value) for value in values)


def _joined(items: list[Any]) -> Any:
    first = items[0]
    if not isinstance(first, BaseModel):
        return first
    rules = _rules(type(first)).joined
    return _updated(first, {name: join([getattr(item, name) for item in items]) for name, join in rules})


def _updated(item: _Model, fields: dict[str, Any]) -> _Model:
    """The item with these fields; a copy only if one of them is different, because copies are dear."""
    changed = {name: value for name, value in fields.items() if getattr(item, name) != value}
    return item.model_copy(update=changed) if changed else item
