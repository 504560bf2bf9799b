"""Maps of the kernel, with keys and values as numbers or ctypes structures."""

from __future__ import annotations

import ctypes
import errno
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from profilegen.tracer.bpf import syscall
from profilegen.tracer.bpf.preemption import unpreempted
from profilegen.tracer.bpf.syscall import Command

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from profilegen.tracer.bpf.objectcode import MapDefinition

_BATCH_ROWS = 8192
_SIMPLE = {
    "char": ctypes.c_char,
    "unsigned char": ctypes.c_uint8,
    "int": ctypes.c_int32,
    "unsigned int": ctypes.c_uint32,
    "unsigned long long": ctypes.c_uint64,
}


def type_of(description: Any) -> Any:
    """The ctypes type of a C type as BCC describes it.

    A name, or [name, [[member, type], [member, type, [length]], ...], kind]; padding is a member too.
    """
    if description is None:  # a queue has no keys
        return None
    if isinstance(description, str):
        return _SIMPLE[description]
    name, members, _kind = description
    fields = [
        (member, type_of(kind) * length[0][0] if length else type_of(kind))
        for member, kind, *length in members
    ]
    return type(name, (ctypes.Structure,), {"_pack_": 1, "_fields_": fields})


class Map:
    """One map. A key or value of a simple type is an int, another one a structure of Key or Value."""

    def __init__(self, definition: MapDefinition) -> None:
        self.max_entries = definition.max_entries
        self.Key, self.Value = type_of(definition.key), type_of(definition.value)
        self.fd = syscall.create_map(
            definition.name,
            definition.kind,
            definition.key_bytes,
            definition.value_bytes,
            definition.max_entries,
            definition.flags,
        )

    def get(self, key: Any) -> Any:
        """The value, None if there is no such key."""
        value = self.Value()
        if not self._done(Command.MAP_LOOKUP_ELEM, self._key(key), value):
            return None
        return value if isinstance(value, ctypes.Structure) else value.value

    def put(self, key: Any, value: Any) -> None:
        """Add or replace."""
        given = value if isinstance(value, ctypes.Structure) else self.Value(value)
        self._done(Command.MAP_UPDATE_ELEM, self._key(key), given)

    def push(self, value: int) -> None:
        """Add to a queue."""
        self._done(Command.MAP_UPDATE_ELEM, None, self.Value(value))

    def pop(self) -> int | None:
        """Take from a queue; None if it is empty."""
        value = self.Value()
        return value.value if self._done(Command.MAP_LOOKUP_AND_DELETE_ELEM, None, value) else None

    def rows(self, subjects: Collection[int] | None = None) -> dict[int, list[tuple[Any, Any]]]:
        """Keys and values by subject, which every key begins with; of these subjects or of all."""
        found: dict[int, list[tuple[Any, Any]]] = defaultdict(list)
        words = ctypes.sizeof(self.Key) // ctypes.sizeof(ctypes.c_uint32)
        with unpreempted():
            batches = list(self._batches())
        for keys, values, count in batches:
            owners = memoryview(keys).cast("B").cast("I")[: count * words : words].tolist()
            for place, owner in enumerate(owners):
                if subjects is None or owner in subjects:
                    found[owner].append((keys[place], values[place]))
        return found

    @unpreempted()
    def delete(self, keys: Sequence[Any]) -> None:
        """Delete all of them; a missing one is not an error."""
        array = (self.Key * len(keys))(*keys)
        done = 0
        while done < len(keys):
            place = ctypes.addressof(array) + done * ctypes.sizeof(self.Key)
            try:
                done += syscall.on_batch(
                    Command.MAP_DELETE_BATCH, self.fd, (0, 0), place, 0, len(keys) - done
                )
            except OSError as error:
                if error.errno != errno.ENOENT:
                    raise
                done += error.done + 1  # type: ignore[attr-defined]

    def _batches(self) -> Iterator[tuple[Any, Any, int]]:
        cursor = ctypes.c_uint32()
        begun, ended = False, False
        while not ended:
            keys, values = (self.Key * _BATCH_ROWS)(), (self.Value * _BATCH_ROWS)()
            at = ctypes.addressof(cursor)
            try:
                count = syscall.on_batch(
                    Command.MAP_LOOKUP_BATCH,
                    self.fd,
                    (at if begun else 0, at),
                    ctypes.addressof(keys),
                    ctypes.addressof(values),
                    _BATCH_ROWS,
                )
            except OSError as error:
                if error.errno != errno.ENOENT:
                    raise
                count, ended = error.done, True  # type: ignore[attr-defined]
            begun = True
            yield keys, values, count

    def _key(self, key: Any) -> Any:
        return key if isinstance(key, ctypes.Structure) else self.Key(key)

    @unpreempted()
    def _done(self, command: Command, key: Any, value: Any) -> bool:
        at = 0 if key is None else ctypes.addressof(key)
        try:
            syscall.on_element(command, self.fd, at, ctypes.addressof(value))
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise
            return False
        return True


class Cell:
    """One number of an array, written often: twice as fast as :meth:`Map.put`.

    Args:
        array: values are numbers of 32 bits.
        place: of the number.
    """

    def __init__(self, array: Map, place: int) -> None:
        self._fd, self._key, self._value = array.fd, ctypes.c_uint32(place), ctypes.c_uint32()
        self._addresses = ctypes.addressof(self._key), ctypes.addressof(self._value)

    def put(self, number: int) -> None:
        """Write it."""
        self._value.value = number
        syscall.on_element(Command.MAP_UPDATE_ELEM, self._fd, *self._addresses)
