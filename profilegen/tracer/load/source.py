"""The text of recorder.bpf.c with its own headers in place.

BCC turns ``map.lookup(&key)`` into helper calls in the main file alone, so what is included must be
part of it; ``#line`` keeps the compiler's messages right. ``arch.h`` stands for that of one architecture.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profilegen.abi import Abi

KERNEL = Path(__file__).parents[1] / "kernel"
HEADERS = KERNEL / "headers"
"""Stubs of what BCC includes by itself: no kernel headers are needed."""

_INCLUDE = re.compile(r'^#include "(\w+\.h)"$', re.MULTILINE)


def recorder_source(arch: Abi) -> str:
    """One compilable text; each header is included once, by recorder.bpf.c."""
    name = "recorder.bpf.c"
    text = (KERNEL / name).read_text()

    def included(found: re.Match[str]) -> str:
        line = text.count("\n", 0, found.start()) + 2
        file = found[1].replace("arch.h", f"arch_{arch}.h")
        header = (KERNEL / file).read_text().replace("#pragma once\n", "\n")
        return f'#line 1 "{file}"\n{header}#line {line} "{name}"'

    return _INCLUDE.sub(included, text)
