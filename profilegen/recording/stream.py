"""Merging recordings as they come, in memory that does not grow with their number.

Runs of one program differ in little but their run ids. So an item that was there before, word for word, is
not parsed again: only the ids of its runs are taken. What is new goes the one way of every recording:
:func:`profilegen.recording.store.parse`, then :func:`profilegen.recording.merge.merge`.
"""

from __future__ import annotations

import marshal
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from profilegen.files.untrusted import structure
from profilegen.recording.evidence.base import Seen, smallest
from profilegen.recording.merge import merge, normalise
from profilegen.recording.model import Recording
from profilegen.recording.projects import service_of
from profilegen.recording.run_count import RUNS_OF_ITEM
from profilegen.recording.store import STRUCTURE_LIMIT, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BATCH = 64
"""Recordings in memory beside the merged one."""
_MOST_ITEMS = 200_000
"""Different items that are known word for word, at one time."""
_MARSHAL = 2
"""Version without references between objects: equal items, read alike, give equal bytes."""
_RUN = re.compile(r"[0-9a-f]{32}")
_fewest = smallest(RUNS_OF_ITEM)


def _item_kinds() -> dict[str, TypeAdapter[Any]]:
    """The collections whose items say which runs saw them, each with what reads an item."""
    kinds = {}
    for name, field in Recording.model_fields.items():
        arguments = getattr(field.annotation, "__args__", ())
        if arguments and isinstance(arguments[0], type) and issubclass(arguments[0], Seen):
            kinds[name] = TypeAdapter(arguments[0])
    return kinds


_KINDS = _item_kinds()


class _Known(NamedTuple):
    """An item that was read, and runs that saw it."""

    item: Seen
    runs: list[str]


class _Group:
    """Recordings of one subject and one project."""

    def __init__(self) -> None:
        self._merged: Recording | None = None
        self._waiting: list[Recording] = []
        self.known: dict[str, dict[bytes, _Known]] = {name: {} for name in _KINDS}

    def add(self, recording: Recording) -> None:
        self._waiting.append(recording)
        if len(self._waiting) >= _BATCH:
            self._merge()

    def result(self) -> Recording:
        """All that was added so far, in canonical form."""
        merged = self._merge()
        items = {
            name: (*getattr(merged, name), *map(_with_runs, known.values()))
            for name, known in self.known.items()
            if known
        }
        self._merged = normalise(merged.model_copy(update=items)) if items else merged
        for known in self.known.values():
            known.clear()
        return self._merged

    def _merge(self) -> Recording:
        some = self._waiting if self._merged is None else [self._merged, *self._waiting]
        self._merged, self._waiting = merge(some), []
        return self._merged


class Stream:
    """Recordings of any subjects, in any order. After an error it is of no more use."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, tuple[str, str]], _Group] = {}
        self._items = 0

    def add(self, content: bytes, name: str, change: Callable[[Recording], Recording] | None = None) -> None:
        """Merge a recording with those before it.

        Args:
            content: of the file.
            name: of the file, for errors.
            change: what is done to what is not an item (subject, containers), such as another subject.

        Raises:
            RecordingUnreadableError: it is not a recording.
            ProfilegenError: ``change`` refuses it.
        """
        rest, items = _split(content)
        if rest is None:
            recording = parse(content, name)
        else:
            try:
                recording = parse(to_json(rest), name)
            except Exception:
                parse(content, name)  # says where in the whole file the fault is
                raise
        changed = recording if change is None else change(recording)
        key = (changed.subject, service_of(changed))
        group = self._groups.setdefault(key, _Group())
        for collection, some in items.items():
            if not self._take(group.known[collection], collection, some):
                changed = changed.model_copy(update={collection: getattr(parse(content, name), collection)})
        group.add(changed)
        if self._items > _MOST_ITEMS:
            for one in self._groups.values():
                one.result()
            self._items = 0

    def recordings(self) -> Iterator[Recording]:
        """One merged recording of each subject and project, in canonical form."""
        for _, group in sorted(self._groups.items()):
            yield group.result()

    def _take(self, known: dict[bytes, _Known], collection: str, items: list[Any]) -> bool:
        """Enter items; False: one is not what it should be, and the whole file has to say which."""
        for item in items:
            if not isinstance(item, dict):
                return False
            runs = item.pop("runs", [])
            if not _are_runs(runs):
                return False
            word_for_word = marshal.dumps(item, _MARSHAL)
            there = known.get(word_for_word)
            if there is None:
                try:
                    read = _KINDS[collection].validate_json(to_json(item), strict=True)
                except ValidationError:
                    return False
                there = known[word_for_word] = _Known(read, [])
                self._items += 1
            there.runs.extend(runs)
            if len(there.runs) > 4 * RUNS_OF_ITEM:
                there.runs[:] = _fewest([tuple(there.runs)])
        return True


def _split(content: bytes) -> tuple[dict[str, Any] | None, dict[str, list[Any]]]:
    """A document without its items, and the items; None: it takes the long way."""
    if structure(content, STRUCTURE_LIMIT) > STRUCTURE_LIMIT:
        return None, {}
    try:
        document = from_json(content, cache_strings="all")
    except ValueError:
        return None, {}
    if not isinstance(document, dict):
        return None, {}
    items = {name: document.pop(name) for name in _KINDS if isinstance(document.get(name), list)}
    return document, items


def _are_runs(runs: Any) -> bool:
    if not isinstance(runs, list) or len(runs) > RUNS_OF_ITEM:
        return False
    return all(isinstance(run, str) and _RUN.fullmatch(run) for run in runs)


def _with_runs(known: _Known) -> Seen:
    return known.item.model_copy(update={"runs": _fewest([tuple(known.runs)])})
