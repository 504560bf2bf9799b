"""Reads the rows that say which tests ran when something was seen, and keeps them as sets of numbers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from profilegen.tracer.bpf.maps import Map
    from profilegen.tracer.observation import TestNumbers


def call_key(key: Any) -> Hashable:
    """What a row of calls_in_test is about."""
    return int(key.call)


def arguments_key(key: Any) -> Hashable:
    """What a row of arguments_in_test is about, or one of arguments."""
    return key.call, key.phase, tuple(key.value)


def check_key(key: Any) -> Hashable:
    """What a row of checks_in_test is about, or one of first_capability."""
    return key.capability, key.kind, key.call, key.stack


_KEYS: Mapping[str, Callable[[Any], Hashable]] = {
    "calls_in_test": call_key,
    "arguments_in_test": arguments_key,
    "checks_in_test": check_key,
}


class RowsInTests:
    """The rows taken out so far, so that the kernel side has room for the tests to come.

    Attributes:
        begun: a test has begun: before, there are no rows, and nothing is read.
    """

    def __init__(self, maps: Mapping[str, Map]) -> None:
        self.begun = False
        self._maps = maps
        self._seen: dict[int, dict[str, dict[Hashable, TestNumbers]]] = defaultdict(
            lambda: {name: defaultdict(int) for name in _KEYS}
        )

    def collect(self) -> None:
        """Take out all rows. Called while programs run: what comes meanwhile is taken the next time."""
        if not self.begun:
            return
        for name, key_of in _KEYS.items():
            found = self._maps[name].rows()
            for place, rows in found.items():
                seen = self._seen[place][name]
                for key, _ in rows:
                    seen[key_of(key)] |= 1 << key.test
            self._maps[name].delete([key for rows in found.values() for key, _ in rows])

    def of(self, place: int, name: str, key: Hashable) -> TestNumbers:
        """The tests of one thing: of a subject's place, by the map's name, and as ``*_key`` names it."""
        seen = self._seen.get(place)
        return seen[name].get(key, 0) if seen else 0

    def forget(self, places: Iterable[int]) -> None:
        """The subjects at these places were read and are gone."""
        for place in places:
            self._seen.pop(place, None)

    def lost(self) -> int:
        """How often a test was not kept, because a map was full."""
        return int(self._maps["unattributed"].get(0))
