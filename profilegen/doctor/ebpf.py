"""What loading the eBPF programs asks for."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profilegen import errors
from profilegen.doctor.check import Check

if TYPE_CHECKING:
    from collections.abc import Callable


def rights(status: Path = Path("/proc/self/status")) -> Check:
    """The effective capabilities that bpf(2) and perf_event_open(2) ask for."""
    from profilegen.tracer.host.rights import held_rights  # noqa: PLC0415

    try:
        return Check("rights", ok=True, found=", ".join(held_rights(status)))
    except errors.NotPrivilegedError as error:
        return Check("rights", ok=False, found=error.cause, hint=error.hint)


def bcc(
    load: Callable[[str], Any] = importlib.import_module, is_compiled: Callable[[], bool] | None = None
) -> Check:
    """The BPF Compiler Collection, importable from this Python; a note where nothing has to be compiled."""
    hint = errors.NoBccError.default_hint
    try:
        module = load("bcc")
    except ImportError as error:
        missing = str(error)
    else:
        if hasattr(module, "BPF"):
            return Check("BCC", ok=True, found=str(getattr(module, "__version__", "unknown version")))
        missing = "the Python package bcc is something else"
    if (is_compiled or _is_compiled)():
        found = f"{missing}; the compiled programs for this kernel are in the cache, and recording works"
        return Check("BCC", ok=False, found=found, hint=hint, failure=errors.ExitCode.OK)
    return Check("BCC", ok=False, found=missing, hint=hint)


def _is_compiled() -> bool:
    from profilegen.tracer.load.compiled import kept_code  # noqa: PLC0415 - --help must not pay for it

    try:
        return kept_code() is not None
    except errors.ProfilegenError:  # no code is for this machine
        return False
