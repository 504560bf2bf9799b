"""The text of recorder.bpf.c with its own headers in place.

BCC turns ``map.lookup(&key)`` into helper calls in the main file alone, so what is included must be
part of it; ``#line`` keeps the compiler's messages right.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.abi import Abi

KERNEL = Path(__file__).parents[1] / "kernel"
HEADERS = KERNEL / "headers"
"""Stubs of what BCC includes by itself: no kernel headers are needed."""

_INCLUDE = re.compile(r'#include (?:"([\w/]+\.h)"|ARCH_HEADER)\n')


def recorder_source(arch: Abi) -> str:
    """One compilable text, each header once, where it is included first.

    Args:
        arch: of the running kernel; ``ARCH_HEADER`` is its header.
    """
    return "".join(_pasted("recorder.bpf.c", f"arch/{arch}.h", set()))


def _pasted(name: str, arch_header: str, done: set[str]) -> Iterator[str]:
    """The lines of a file; ``done`` are the headers that need not be pasted any more."""
    yield f'#line 1 "{name}"\n'
    for number, line in enumerate((KERNEL / name).read_text().splitlines(keepends=True), 1):
        found = _INCLUDE.fullmatch(line)
        if found is None:
            yield "\n" if line == "#pragma once\n" else line
            continue
        header = found[1] or arch_header
        if header in done:
            yield "\n"
            continue
        done.add(header)
        yield from _pasted(header, arch_header, done)
        yield f'#line {number + 1} "{name}"\n'
