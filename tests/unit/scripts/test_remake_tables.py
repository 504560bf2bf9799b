"""scripts/remake-tables: its parsers on the kernel's formats, and what the tables owe to its data files."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from profilegen.abi import Abi
from profilegen.files.resources import read_table
from profilegen.tables.rows import read
from profilegen.tables.syscalls import table

SCRIPT = Path(__file__).parents[3] / "scripts" / "remake-tables"


class Since(NamedTuple):
    name: str
    abi: str
    since: str
    source: str


class Newer(NamedTuple):
    number: int
    name: str
    abis: str
    evidence: str


def loaded() -> Any:
    loader = SourceFileLoader("remake_tables", str(SCRIPT))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


script = loaded()

TBL = """#
# The format is:
# <number> <abi> <name> <entry point> [<compat entry point> [noreturn]]
#
0\tcommon\tread\t\t\tsys_read
  1  64      write  sys_write compat_sys_write # a comment
2\t32\tunused2\t\t\tsys_ni_syscall
60\tcommon\texit\t\t\tsys_exit\t\t\t-\t\t\tnoreturn
193\tn64\treserved193\t\tsys_ni_syscall
512\tx32\trt_sigaction\t\tcompat_sys_rt_sigaction
"""


def test_rows_of_the_chosen_abis_are_calls() -> None:
    assert script.rows_of(TBL, ["common", "64"]) == {0: "read", 1: "write", 60: "exit"}
    assert script.rows_of(TBL, ["common", "x32"]) == {0: "read", 60: "exit", 512: "rt_sigaction"}
    assert script.rows_of(TBL, ["32", "n64"]) == {}


def test_a_number_twice_stops_it() -> None:
    with pytest.raises(SystemExit):
        script.rows_of("1 common a sys_a\n1 common b sys_b\n", ["common"])


def test_a_makefile_selects_from_the_generic_table() -> None:
    makefile = "syscall_abis_32 += riscv memfd_secret\nsyscall_abis_64 += riscv rlimit memfd_secret\n"
    assert script.generic_abis(makefile) == ["common", "64", "riscv", "rlimit", "memfd_secret"]
    assert script.generic_abis("# none\nsyscall_abis_64 +=\n") == ["common", "64"]


def test_private_calls_of_arm_are_in_a_header() -> None:
    header = (
        "#define __ARM_NR_BASE\t\t\t(__NR_SYSCALL_BASE+0x0f0000)\n"
        "#define __ARM_NR_breakpoint\t\t(__ARM_NR_BASE+1)\n"
        "#define __ARM_NR_get_tls\t\t(__ARM_NR_BASE+6)\n"
    )
    assert script.arm_private(header) == {0xF0001: "breakpoint", 0xF0006: "get_tls"}


def test_every_abi_is_remade() -> None:
    assert set(script.SOURCES) == {abi.value for abi in Abi}


@pytest.mark.parametrize("abi", Abi)
def test_every_date_in_a_table_has_a_source(abi: Abi) -> None:
    """The column ``since`` is remade from since.csv, byte for byte, and every line there has a source."""
    dates = [line._asdict() for line in read("since.csv", Since)]
    assert all(line["source"] for line in dates)
    calls = {number: name for name in table(abi).names if (number := table(abi).number(name)) is not None}
    assert script.text_of(abi.value, calls, dates) == read_table(f"abi/{abi.value}.csv")


def test_every_line_of_the_data_is_used() -> None:
    names = frozenset().union(*(table(abi).names for abi in Abi))
    assert {line.name for line in read("since.csv", Since)} - names == {"*"}
    known = {abi.value for abi in Abi} | {"any"}
    assert {abi for line in read("since.csv", Since) for abi in line.abi.split()} <= known


@pytest.mark.parametrize("abi", Abi)
def test_what_is_newer_than_the_kernel_source_is_in_the_tables(abi: Abi) -> None:
    lines = [line._asdict() for line in read("newer_calls.csv", Newer)]
    assert all(line["evidence"] for line in lines)
    first = script.SOURCES[abi.value].first
    for number, name in script.newer(abi.value, lines).items():
        assert table(abi).number(name) == first + number


def test_an_addition_may_leave_abis_out() -> None:
    lines = [
        {"number": "1", "name": "a", "abis": "any", "evidence": "e"},
        {"number": "2", "name": "b", "abis": "any but s390 sh", "evidence": "e"},
        {"number": "3", "name": "c", "abis": "x32 x86_64", "evidence": "e"},
    ]
    assert script.newer("s390", lines) == {1: "a"}
    assert script.newer("x32", lines) == {1: "a", 2: "b", 3: "c"}


def test_since_is_the_later_of_the_call_and_the_abi_unless_it_says_so_itself() -> None:
    lines = [
        {"name": "*", "abi": "arm64", "since": "3.7", "source": "s"},
        {"name": "open", "abi": "any", "since": "1.0", "source": "s"},
        {"name": "bpf", "abi": "any", "since": "3.18", "source": "s"},
        {"name": "bpf", "abi": "i386 arm", "since": "4.2", "source": "s"},
    ]
    assert [script.since(abi, "open", lines) for abi in ("arm64", "arm")] == ["3.7", "1.0"]
    assert [script.since(abi, "bpf", lines) for abi in ("arm64", "arm")] == ["3.18", "4.2"]
    assert script.since("arm64", "vserver", lines) == ""


def test_a_small_tree_is_remade_and_compared(tmp_path: Path) -> None:
    """A tree in the kernel's form is read whole; compared with the real tables everything is too short."""
    for name in script.needed():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TBL if name.endswith(".tbl") else "")
    (tmp_path / "Makefile").write_text("VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\n")
    (tmp_path / script.ARM_PRIVATE).write_text("#define __ARM_NR_BASE\t(__NR_SYSCALL_BASE+0x0f0000)\n")
    done = subprocess.run(
        [sys.executable, SCRIPT, "--check", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.stdout == f"Linux 6.12.117: {len(Abi)} tables, {len(Abi)} differ\n"
    assert done.returncode == 1
