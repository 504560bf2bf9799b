"""Which tests used what: beside the evidence, which says the same with and without it.

A test is named once and stands for its place in the sorted list of names everywhere else. ``While it ran``
is all that is known: health checks and timers run at any time.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, StringConstraints

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.files.untrusted import Many
from profilegen.recording.evidence.base import Frozen
from profilegen.recording.evidence.calls import Argument, SyscallName
from profilegen.recording.number_sets import PATTERN, from_text, numbers, to_text
from profilegen.vocabulary import LONGEST_TEST, TESTS_KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

PHASES, ONE_OF = ("setup", "call", "teardown"), "one_of"
"""Names of the fields of :class:`InTests` that hold places."""

TestName = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEST)]
"""As pytest calls it, its node id; any text."""
Places = Annotated[str, StringConstraints(pattern=PATTERN, max_length=100_000)]
"""Places in the list of names, as :mod:`profilegen.recording.number_sets` writes them."""


class InTests(Frozen):
    """The tests that ran while something was seen, by their phase, as places in the list of names."""

    setup: Places = ""
    call: Places = ""
    teardown: Places = ""
    one_of: Places = ""
    """Several ran at once, and it is not known for which of them it was."""
    start_up: bool = False
    """While a container that outlives the test was started for it."""
    shutdown: bool = False
    """While a container that was there before the test was stopped."""

    @property
    def surely(self) -> int:
        """Places of the tests that are known, in any phase, as bits."""
        return from_text(f"{self.setup} {self.call} {self.teardown}")

    @property
    def possibly(self) -> int:
        """Places of those of which one is, or several are, as bits."""
        return from_text(self.one_of)


class CallInTests(Frozen):
    """Tests of a system call, or of one combination of its arguments as it stands in ``arguments``."""

    abi: Abi
    name: SyscallName
    values: Many[Argument] = ()
    """None: whatever they were."""
    seen: InTests


class CapabilityInTests(Frozen):
    """Tests in which the program asked for a capability by a call, and had it."""

    capability: Capability
    abi: Abi
    syscall: str
    """Empty: a worker of an io_uring asked, or no call was under way."""
    audited: bool
    seen: InTests


class PathInTests(Frozen):
    """The first test, of each run, in which a file was opened, mapped or executed."""

    path: str
    """For a script its interpreter and the script."""
    seen: InTests


class Attribution(Frozen):
    """All tests that ran while the subject was recorded, and what each of them used."""

    names: Many[TestName] = Field(default=(), max_length=TESTS_KEPT)
    calls: Many[CallInTests] = ()
    capabilities: Many[CapabilityInTests] = ()
    paths: Many[PathInTests] = ()
    not_named: int = Field(default=0, ge=0, lt=2**32)
    """Tests of one run beyond those that are named."""
    not_kept: int = Field(default=0, ge=0, lt=2**64)
    """How often in one run it was not kept which test ran: a table was full."""


_COLLECTIONS = ("calls", "capabilities", "paths")
_PLACES = (*PHASES, ONE_OF)
_TOLD = ("start_up", "shutdown")


def united(attributions: Iterable[Attribution]) -> Attribution:
    """The union, in canonical form: names sorted, each thing once.

    Commutative, associative and idempotent. A place beyond the list of names stands for nothing.
    """
    some = tuple(attributions)
    names = sorted({name for one in some for name in one.names})[:TESTS_KEPT]
    place = {name: number for number, name in enumerate(names)}
    moves = [_move(one.names, place) for one in some]
    collections = {
        collection: tuple(
            _joined(
                (item, move)
                for one, move in zip(some, moves, strict=True)
                for item in getattr(one, collection)
            )
        )
        for collection in _COLLECTIONS
    }
    return Attribution(
        names=tuple(names),
        **collections,
        not_named=max(one.not_named for one in some),
        not_kept=max(one.not_kept for one in some),
    )


def _move(names: Sequence[str], place: Mapping[str, int]) -> Callable[[int], int]:
    """What makes places in one list of names places in another."""
    known = (1 << len(names)) - 1
    if all(place.get(name) == number for number, name in enumerate(names)):
        return lambda bits: bits & known
    to = [place.get(name) for name in names]

    def moved(bits: int) -> int:
        there = (to[number] for number in numbers(bits & known))
        return sum(1 << number for number in {number for number in there if number is not None})

    return moved


def _joined(items: Iterable[tuple[Any, Callable[[int], int]]]) -> Iterable[Any]:
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for item, move in items:
        fields = {name: getattr(item, name) for name in type(item).model_fields if name != "seen"}
        if "values" in fields:
            fields["values"] = tuple(sorted(set(fields["values"])))
        groups[tuple(fields.values())].append((item, fields, move))
    for _, group in sorted(groups.items(), key=lambda pair: pair[0]):
        first, fields, _ = group[0]
        seen = _seen_in_any((item.seen, move) for item, _, move in group)
        if seen != _NONE:
            yield first.model_copy(update={**fields, "seen": seen})


def _seen_in_any(parts: Iterable[tuple[InTests, Callable[[int], int]]]) -> InTests:
    bits = dict.fromkeys(_PLACES, 0)
    told = dict.fromkeys(_TOLD, False)
    for seen, move in parts:
        for name in _PLACES:
            text = getattr(seen, name)
            if text:
                bits[name] |= move(from_text(text))
        for name in _TOLD:
            told[name] |= getattr(seen, name)
    return InTests(**{name: to_text(of) for name, of in bits.items()}, **told)


_NONE = InTests()
