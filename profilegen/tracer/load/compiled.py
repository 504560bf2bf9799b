"""The compiled programs that were kept for this kernel and this source."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from profilegen.files import cache
from profilegen.tracer.bpf.objectcode import ObjectCode
from profilegen.tracer.bpf.preemption import can_be_preempted
from profilegen.tracer.load.source import recorder_source
from profilegen.tracer.observation import Abis

_NOTES = Path("/sys/kernel/notes")


def kept_code(*, through_perf: bool | None = None) -> ObjectCode | None:
    """The object code if it was kept and can be read.

    Args:
        through_perf: see :func:`keep_code`; None: as this kernel needs it.
    """
    text = cache.load(cache.folder(), _name(can_be_preempted() if through_perf is None else through_perf))
    if text is not None:
        with suppress(Exception):  # whatever is wrong with it, it can be made anew
            return ObjectCode.from_json(text)
    return None


def keep_code(code: ObjectCode, *, through_perf: bool) -> None:
    """Keep it for the next start.

    Args:
        code: of the running kernel.
        through_perf: its programs take perf's records of their tracepoints.
    """
    cache.store(cache.folder(), _name(through_perf), code.to_json())


def source_key() -> str:
    """Names this source on this kernel: its build id is in its notes (elf(5), NT_GNU_BUILD_ID)."""
    try:
        build = _NOTES.read_bytes()
    except OSError:  # no sysfs
        build = b""
    kernel = "\0".join(os.uname()[2:])  # release, version, machine
    parts = (recorder_source(Abis.of_machine().native).encode(), build, kernel.encode())
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _name(through_perf: bool) -> str:
    return f"{source_key()}.{'recorder-perf' if through_perf else 'recorder'}.json"
