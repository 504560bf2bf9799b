"""Base of all items: immutable, strict, the run ids that saw it; and the rules by which fields are joined."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from profilegen.files.untrusted import Many
from profilegen.recording.run_count import RUNS_OF_ITEM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PROGRAMS_KEPT = 8
"""Programs that an item keeps, the smallest by name, so that merging many runs stays bounded."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Stands on a field that is not part of an item's identity: how its values become one."""

    join: Callable[[Iterable[Any]], Any]
    """Commutative, associative and idempotent; takes one or more values."""


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """Stands on a collection that is part of an item's identity, and whose order means nothing."""


def joined_by(join: Callable[[Iterable[Any]], Any]) -> Joined:
    """For ``Annotated``: two items that differ in this field alone are one, with the joined value."""
    return Joined(join)


def union(collections: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Everything that is in any of them, sorted, once."""
    return tuple(sorted(set(chain.from_iterable(collections))))


def smallest(count: int) -> Callable[[Iterable[tuple[Any, ...]]], tuple[Any, ...]]:
    """The union, at most so many of it."""
    return lambda collections: union(collections)[:count]


RunId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Random name of one run of the recorder."""

Programs = Annotated[Many[str], joined_by(smallest(PROGRAMS_KEPT))]
"""Paths of executables; for a script its interpreter and the script."""


class Frozen(BaseModel):
    """Base of all parts of a recording: immutable, and strict about what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Seen(Frozen):
    """Base of the items: the smallest ids of the runs that saw it (run_count.py counts them)."""

    runs: Annotated[Many[RunId], joined_by(smallest(RUNS_OF_ITEM))] = Field(
        default=(), max_length=RUNS_OF_ITEM
    )
