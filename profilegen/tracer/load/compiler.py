"""Compiles recorder.bpf.c with BCC, in a process of its own: LLVM's memory goes with it.

``python -m profilegen.tracer.load.compiler [perf]`` is that process: it prints object code, or an error,
in JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from profilegen import errors
from profilegen.tracer.bpf.btf import Btf
from profilegen.tracer.bpf.objectcode import MapDefinition, ObjectCode, with_maps
from profilegen.tracer.host.tracefs import Tracefs
from profilegen.tracer.layout import TYPED_TRACEPOINTS
from profilegen.tracer.load.offsets import feature_flags, field_flags, offset_flags
from profilegen.tracer.load.source import HEADERS, recorder_source
from profilegen.tracer.observation import Abis

_FAILED = 3


def compile_recorder(*, through_perf: bool) -> ObjectCode:
    """Object code for the running kernel.

    Args:
        through_perf: the programs take perf's records of their tracepoints (records.h).

    Raises:
        CannotTraceError: BCC or the kernel's types are missing, or it does not compile.
    """
    # -P: the folder that the recorder was started in may be anybody's, nothing is imported from it.
    command = [sys.executable, "-P", "-m", __name__, *(["perf"] if through_perf else [])]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode == 0:
        return ObjectCode.from_json(done.stdout)
    if done.returncode == _FAILED:
        failure = json.loads(done.stdout)
        raise getattr(errors, failure["error"])(failure["cause"], failure["hint"])
    last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "")
    if "Operation not permitted" in done.stderr:
        raise errors.NotPrivilegedError(f"the kernel refuses eBPF to this user: {last}")
    raise errors.CannotTraceError(f"the eBPF program cannot be compiled: {last}")


def main() -> int:
    """Print the object code; the status."""
    try:
        print(_compiled(through_perf="perf" in sys.argv[1:]).to_json())  # noqa: T201
    except errors.CannotTraceError as error:
        print(json.dumps({"error": type(error).__name__, "cause": error.cause, "hint": error.hint}))  # noqa: T201
        return _FAILED
    return 0


def _compiled(*, through_perf: bool) -> ObjectCode:
    btf = Btf()
    source = recorder_source(Abis.of_machine().native)
    flags = [*offset_flags(source, btf), *feature_flags(source, btf)]
    types = {}
    if through_perf:
        with Tracefs() as tracefs:
            flags += ["-DTHROUGH_PERF=1", *field_flags(source, tracefs)]
    else:
        types = {name: btf.typedef_id(f"btf_trace_{name}") for name in TYPED_TRACEPOINTS}
    bcc = _import_bcc()
    bpf = bcc.BPF(text=source, cflags=flags)
    library = bcc.libbcc.lib
    fds: dict[int, int] = {}
    maps = []
    for number in range(library.bpf_num_tables(ctypes.c_void_p(bpf.module))):
        fd, definition = _definition(library, bpf.module, number)
        fds[fd] = number
        maps.append(definition)
    names = (library.bpf_function_name(bpf.module, n) for n in range(library.bpf_num_functions(bpf.module)))
    functions = {name.decode(): with_maps(bpf.dump_func(name), fds) for name in names}
    return ObjectCode(tuple(maps), functions, types, through_perf)


def _definition(library: Any, module: int, number: int) -> tuple[int, MapDefinition]:
    """A map that BCC has made, and its descriptor; the kernel says what it is (proc(5), fdinfo)."""
    library.bpf_table_name.restype = ctypes.c_char_p  # two that BCC 0.26 declares no types for
    library.bpf_table_name.argtypes = library.bpf_table_fd_id.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    name = library.bpf_table_name(module, number)
    fd = library.bpf_table_fd_id(module, number)
    info = dict(re.findall(r"^(\w+):\s*(\w+)$", Path(f"/proc/self/fdinfo/{fd}").read_text(), re.MULTILINE))
    sizes = (int(info[key], 0) for key in ("map_type", "key_size", "value_size", "max_entries", "map_flags"))
    described = (one(module, name) for one in (library.bpf_table_key_desc, library.bpf_table_leaf_desc))
    return fd, MapDefinition(name.decode(), *sizes, *(json.loads(one) if one else None for one in described))


def _import_bcc() -> Any:
    os.environ["BCC_KERNEL_SOURCE"] = str(HEADERS)
    try:
        import bcc  # noqa: PLC0415 - after the environment variable
    except ImportError as error:
        raise errors.NoBccError(f"BCC cannot be imported: {error}") from error
    if not hasattr(bcc, "BPF"):
        raise errors.NoBccError("the installed Python package bcc is not the BPF Compiler Collection")
    return bcc


if __name__ == "__main__":
    sys.exit(main())
