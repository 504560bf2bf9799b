"""Laws of the syscall tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from profilegen.arch import Abi
from profilegen.errors import DataFileError
from profilegen.resources import read_table, template_dir
from profilegen.syscalls import parse, table

HEADERS = Path("/usr/include/x86_64-linux-gnu/asm")


@pytest.mark.parametrize("abi", Abi)
def test_a_table_is_a_bijection_of_numbers_and_names(abi: Abi) -> None:
    calls = table(abi)
    numbers = [calls.number(name) for name in calls.names]
    assert len(numbers) > 300
    assert len(set(numbers)) == len(numbers)
    for name in calls.names:
        number = calls.number(name)
        assert number is not None
        assert calls.name(number) == name


@pytest.mark.parametrize(("abi", "header"), [(Abi.X86_64, "unistd_64.h"), (Abi.I386, "unistd_32.h")])
def test_a_table_has_every_number_of_the_kernel_headers(abi: Abi, header: str) -> None:
    """Fails without linux-libc-dev: the machine that runs the tests must have it."""
    lines = re.findall(r"^#define __NR_(\w+) (\d+)$", (HEADERS / header).read_text(), re.MULTILINE)
    assert len(lines) > 300
    assert {name: table(abi).number(name) for name, _ in lines} == {
        name: int(number) for name, number in lines
    }


@pytest.mark.parametrize(
    ("abi", "name", "number"),
    [(Abi.X86_64, "execve", 59), (Abi.I386, "socketcall", 102), (Abi.ARM64, "execve", 221)],
)
def test_known_numbers(abi: Abi, name: str, number: int) -> None:
    assert table(abi).number(name) == number


@pytest.mark.parametrize("abi", Abi)
def test_calls_from_424_on_have_one_number_everywhere(abi: Abi) -> None:
    """Since Linux 5.1 a new call gets the same number on every architecture."""
    native = table(Abi.X86_64)
    for name in ("pidfd_send_signal", "clone3", "faccessat2", "landlock_restrict_self", "listns"):
        assert table(abi).number(name) == native.number(name) is not None


@pytest.mark.parametrize("abi", Abi)
def test_since_is_a_kernel_version_or_unknown(abi: Abi) -> None:
    calls = table(abi)
    known = [since for name in calls.names if (since := calls.since(name)) is not None]
    assert all(re.fullmatch(r"\d+(\.\d+)+", since) for since in known)
    assert len(known) > 300


def test_an_unknown_call_is_none() -> None:
    calls = table(Abi.X86_64)
    assert (calls.number("no_such_call"), calls.name(99_999), calls.since("no_such_call")) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "number,name,since\n",
        "number,name,abi\n0,read,common\n",
        "number,name,since\n1,write,1.0\n0,read,1.0\n",
        "number,name,since\n0,read,1.0\n0,write,1.0\n",
        "number,name,since\n0,read,1.0\n1,read,1.0\n",
        "number,name,since\n0,,1.0\n",
        "number,name,since\nzero,read,1.0\n",
        "number,name,since\n0,read\n",
    ],
)
def test_a_damaged_table_is_refused(text: str) -> None:
    with pytest.raises(DataFileError):
        parse(Abi.X86_64, text)


def test_every_table_names_its_source() -> None:
    sources = read_table("SOURCES.md")
    for abi in Abi:
        assert f"{abi.value}.csv" in sources


def test_templates_are_found() -> None:
    assert template_dir().is_dir()


def test_a_missing_file_is_an_error_with_its_name() -> None:
    with pytest.raises(DataFileError, match=r"no_such\.csv"):
        read_table("no_such.csv")
