"""``minimized.json``: the evidence of all searches in one subject's profiles, ended or interrupted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from profilegen.files.atomic import write_whole
from profilegen.text import json_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


@dataclass
class Search:
    """One command's search.

    Attributes:
        command: the tests; verdicts hold for them only.
        repeat: how many runs had to agree on a verdict.
        profiles: digest of the profiles that it began with.
        verdicts: whether the tests passed without these items, separated by spaces.
        needed: what they fail without; None until the search has ended.
    """

    command: tuple[str, ...]
    repeat: int
    profiles: str
    verdicts: dict[str, bool] = field(default_factory=dict)
    needed: tuple[str, ...] | None = None

    @classmethod
    def of(cls, content: Any) -> Search:
        """From JSON; a ValueError and its kin if that is damaged."""
        needed = content["needed"]
        return cls(
            tuple(map(str, content["command"])),
            int(content["repeat"]),
            str(content["profiles"]),
            {str(key): bool(value) for key, value in content["verdicts"].items()},
            None if needed is None else tuple(map(str, needed)),
        )

    def asks_as(self, other: Search) -> bool:
        """Whether a verdict of one is a verdict of the other."""
        return (self.command, self.repeat, self.profiles) == (other.command, other.repeat, other.profiles)


@dataclass
class Journal:
    """What is known of the profiles in a folder: ``CAP_CHOWN`` or ``chown``, each with its evidence."""

    path: Path
    needed: dict[str, str] = field(default_factory=dict)
    dispensable: dict[str, str] = field(default_factory=dict)
    searches: list[Search] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Journal:
        """From a file; empty if there is none, or a damaged one."""
        try:
            content: Any = json.loads(path.read_text())
            return cls(
                path,
                {str(name): str(text) for name, text in content["needed"].items()},
                {str(name): str(text) for name, text in content["dispensable"].items()},
                [Search.of(one) for one in content.get("searches", ())],
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(path)

    @property
    def finished(self) -> bool:
        """Whether a search has ended, so that the profiles are no longer those that emit wrote."""
        return any(search.needed is not None for search in self.searches)

    def search(self, command: tuple[str, ...], repeat: int, profiles: str) -> Search:
        """A search of this command in these profiles: one that was interrupted, or a new one."""
        new = Search(command, repeat, profiles)
        return next((one for one in self.searches if one.asks_as(new) and one.needed is None), new)

    def needed_by_others(self, command: tuple[str, ...]) -> frozenset[str]:
        """What the tests of an earlier search fail without, if they were another command."""
        return frozenset(
            name for search in self.searches if search.command != command for name in search.needed or ()
        )

    def conclude(
        self,
        search: Search,
        needed: Mapping[str, str],
        dispensable: Mapping[str, str],
        there: Collection[str],
    ) -> None:
        """Take in the result of a search.

        Args:
            search: which.
            needed: what its tests fail without.
            dispensable: what they pass without.
            there: all that the profiles had before it; evidence about them gives way to newer.
        """
        search.needed = tuple(sorted(needed))
        self.searches = [one for one in self.searches if one is search or not one.asks_as(search)]
        kept = {name: text for name, text in self.needed.items() if name in there and name not in dispensable}
        gone = {name: text for name, text in self.dispensable.items() if name not in there}
        self.needed = {**kept, **needed}
        self.dispensable = {**gone, **dispensable}

    def write(self, search: Search) -> None:
        """Keep everything, this search too.

        Raises:
            OutputError: it cannot be written.
        """
        if search not in self.searches:
            self.searches.append(search)
        self._save()

    def forget(self, search: Search) -> None:
        """Drop a search that tells nothing, and the file if it has no other.

        Raises:
            OutputError: it cannot be written.
        """
        self.searches = [one for one in self.searches if one is not search]
        if self.searches:
            self._save()
        else:
            self.path.unlink(missing_ok=True)

    def _save(self) -> None:
        content = {
            "version": 1,
            "needed": self.needed,
            "dispensable": self.dispensable,
            "searches": [vars(one) for one in self.searches],
        }
        write_whole(self.path, json_text(content), through_link=False)
