"""``profilegen tables``."""

import json
import re

import pytest
from typer.testing import CliRunner, Result

from profilegen.abi import Abi
from profilegen.cli.app import app
from profilegen.errors import UsageError
from profilegen.files.resources import read_table
from profilegen.render.tables import docker
from profilegen.tables.engines.docker_default import COMMIT, DATE, architectures, lists
from profilegen.tables.lookup import DefaultAnswer, TableEntry, entries_of, entries_on
from profilegen.tables.syscalls import table


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["tables", *arguments])


def entry(name: str, abi: Abi = Abi.X86_64) -> TableEntry:
    (found,) = entries_of(name, (abi,))
    return found


def test_a_call_is_found_on_every_architecture() -> None:
    lines = run("openat").stdout.splitlines()
    assert re.split(r" {2,}", lines[1]) == ["x86_64", "257", "openat", "2.6.16", "allowed"]
    assert {line.split()[0] for line in lines[1:-2]} == {abi.value for abi in Abi}
    assert f"{COMMIT} of {DATE}" in lines[-1]


@pytest.mark.parametrize("spelling", ["__NR_openat", "SYS_openat", "sys_openat", "OPENAT", "257", "0x101"])
def test_other_spellings(spelling: str) -> None:
    assert entry(spelling) == entry("openat")


@pytest.mark.parametrize("arch", ["amd64", "x86_64", "SCMP_ARCH_X86_64"])
def test_an_architecture_by_any_of_its_names(arch: str) -> None:
    assert json.loads(run("read", "--arch", arch, "--json").stdout)["calls"] == [
        {
            "arch": "x86_64",
            "number": 0,
            "name": "read",
            "since": "1.0",
            "through": None,
            "docker_default": {
                "answer": "allowed",
                "rules": [
                    {"errno": None, "conditions": [], "caps": [], "without_caps": [], "min_kernel": None}
                ],
            },
        }
    ]


@pytest.mark.parametrize("arguments", [("opennat",), ("openat", "--arch", "amd46"), ("99999",), ("9x",)])
def test_what_nothing_has_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    error = run(*arguments).exception
    assert isinstance(error, UsageError)
    assert arguments[-1] in error.cause
    if arguments[-1][0].isalpha():
        assert "close are: " in error.cause


@pytest.mark.parametrize("abi", Abi)
def test_the_list_of_an_architecture_has_every_call_once_sorted(abi: Abi) -> None:
    numbers = [one.number for one in entries_on(abi) if one.number is not None]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(table(abi).names)


def test_without_arguments_it_lists_the_architectures() -> None:
    shown = json.loads(run("--json").stdout)["architectures"]
    assert [one["arch"] for one in shown] == list(Abi)
    assert (shown[2]["audit_arch"], shown[2]["libseccomp_token"]) == (0xC000003E, 0x4000003E)
    assert all(abi.scmp in run().stdout for abi in Abi)


@pytest.mark.parametrize(
    ("name", "abi", "words", "answer"),
    [
        ("read", Abi.ARM64, "allowed", DefaultAnswer.ALLOWED),
        ("read", Abi.PPC, "killed: the profile does not list the architecture", DefaultAnswer.KILLED),
        ("read", Abi.SH, "no Docker there", DefaultAnswer.NO_DOCKER),
        ("keyctl", Abi.X86_64, "refused with EPERM", DefaultAnswer.REFUSED),
        ("mount", Abi.X86_64, "allowed with CAP_SYS_ADMIN; else EPERM", DefaultAnswer.REFUSED),
        (
            "clone3",
            Abi.X86_64,
            "allowed with CAP_SYS_ADMIN; refused with ENOSYS without CAP_SYS_ADMIN",
            DefaultAnswer.REFUSED,
        ),
        (
            "chroot",
            Abi.I386,
            "allowed with CAP_SYS_CHROOT (a default capability); else EPERM",
            DefaultAnswer.ALLOWED,
        ),
        (
            "socket",
            Abi.X32,
            "allowed if argument 0 = 39 or argument 0 > 40 or argument 0 < 38; else EPERM",
            DefaultAnswer.CONDITIONAL,
        ),
        (
            "clone",
            Abi.S390X,
            (
                "allowed with CAP_SYS_ADMIN; "
                "allowed if argument 1 & 0x7e020000 = 0x0 without CAP_SYS_ADMIN; else EPERM"
            ),
            DefaultAnswer.CONDITIONAL,
        ),
        ("arch_prctl", Abi.I386, "allowed", DefaultAnswer.ALLOWED),
        ("cacheflush", Abi.ARM, "allowed", DefaultAnswer.ALLOWED),
        ("cacheflush", Abi.M68K, "no Docker there", DefaultAnswer.NO_DOCKER),
        ("riscv_hwprobe", Abi.RISCV64, "allowed", DefaultAnswer.ALLOWED),
    ],
)
def test_what_docker_does_with_it(name: str, abi: Abi, words: str, answer: DefaultAnswer) -> None:
    assert docker(entry(name, abi)) == words
    assert entry(name, abi).answer is answer


def test_docker_lists_compat_architectures() -> None:
    assert architectures()[Abi.X86_64] == {Abi.I386, Abi.X32}
    assert architectures()[Abi.RISCV64] == frozenset()
    assert [abi for abi in Abi if not lists(abi)] == [
        *(Abi.PPC, Abi.PARISC64, Abi.PARISC, Abi.M68K, Abi.SH, Abi.SHEB)
    ]


def test_a_multiplexed_call_says_so() -> None:
    assert "also socketcall(1, ...)" in run("socket", "--arch", "386").stdout
    only = entry("send", Abi.I386)
    assert (only.number, only.through and only.through.number) == (None, 9)
    with pytest.raises(UsageError):
        entries_of("send", (Abi.X86_64,))


def test_the_sources_name_the_profile_that_was_imported() -> None:
    assert COMMIT in read_table("SOURCES.md")
    assert DATE in read_table("SOURCES.md")
