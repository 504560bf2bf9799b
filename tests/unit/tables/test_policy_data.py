"""Laws of the data that policies are made from."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import profilegen
from profilegen.abi import Abi
from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.errors import DataFileError
from profilegen.files import resources
from profilegen.files.resources import read_table
from profilegen.seccomp.reference import DOCKER
from profilegen.tables.always_arguments import always
from profilegen.tables.arguments import MAX_COMBINATIONS, in_memory, masks
from profilegen.tables.engines.docker_default import rules
from profilegen.tables.engines.runtime_baseline import calls, runtimes
from profilegen.tables.fallbacks import fallbacks
from profilegen.tables.implied import never_added, siblings, timing
from profilegen.tables.multiplexed import sub_calls
from profilegen.tables.risks import risks
from profilegen.tables.rows import read
from profilegen.tables.syscalls import LEVEL, table
from profilegen.tracer.maps.sensitive import sensitive_calls
from profilegen.tracer.observation import Abis

SCRIPT = Path(__file__).parents[3] / "scripts" / "import-docker-default"
EVERY_NAME = frozenset().union(*(table(abi).names for abi in Abi))


@pytest.mark.parametrize(("arch", "count"), [(Abi.X86_64, 309), (Abi.ARM64, 267)])
def test_docker_default_allows_as_many_calls_as_were_counted(arch: Abi, count: int) -> None:
    """306 and 264 freely, 3 under conditions, with Docker's fourteen capabilities."""
    names = DOCKER.allowed_names(arch, DOCKER_DEFAULT)
    assert len(names) == count
    assert {name for name in names if DOCKER.allows_for(name, arch, DOCKER_DEFAULT)} == {
        "clone",
        "personality",
        "socket",
    }


def test_docker_default_opens_more_to_more_capabilities() -> None:
    every = frozenset(Capability)
    for arch in (Abi.X86_64, Abi.ARM64):
        assert (
            DOCKER.allowed_names(arch, frozenset())
            < DOCKER.allowed_names(arch, DOCKER_DEFAULT)
            < DOCKER.allowed_names(arch, every)
        )
    assert DOCKER.allows_for("clone", Abi.X86_64, every) == ()
    assert DOCKER.allows_for("clone3", Abi.X86_64, DOCKER_DEFAULT) is None


def test_docker_default_names_no_call_that_no_table_has() -> None:
    assert rules().keys() <= EVERY_NAME | {sub.name for sub in sub_calls()}


def test_what_is_added_unseen_is_allowed_by_docker_default_without_any_capability() -> None:
    """Or one of those that it stands for is not either."""
    for arch in (Abi.X86_64, Abi.ARM64):
        allowed = DOCKER.allowed_names(arch, frozenset()) | DOCKER.allowed_names(Abi.I386, frozenset())
        assert {row.name for row in calls() if row.name in table(arch).names} <= allowed
        for one in (*siblings(), *timing()):
            assert one.name in allowed or one.name not in table(arch).names or one.seen - allowed, one
    assert {one.name for one in (*siblings(), *timing())} | {row.name for row in calls()} <= EVERY_NAME


def test_no_rule_adds_what_is_never_added_or_what_it_waits_for() -> None:
    for one in (*siblings(), *timing()):
        assert one.name not in {row.name for row in never_added()}
        assert one.name not in one.seen


def test_no_sibling_comes_from_nothing() -> None:
    assert all(one.seen for one in siblings())


def test_every_rule_can_apply_on_some_abi() -> None:
    """There a name that it waits for and the name that it adds are both known."""
    for one in (*siblings(), *timing()):
        listed = [abi for abi in Abi if one.abi in {"any", abi.value}]
        assert any(one.name in table(abi).names for abi in listed), one
        assert any(one.seen <= table(abi).names for abi in listed), one


def test_classes_of_the_runtimes_calls() -> None:
    assert {row.kind for row in calls()} == {"fatal", "tolerated", "untried", "noise"}
    assert {row.no_new_privileges for row in calls()} == {"any", "no", "yes"}
    assert {row.command for row in calls()} == {"any", "exec", "run"}
    assert runtimes() == ("crun", "runc", "youki")


def test_names_of_the_data_files_exist() -> None:
    assert fallbacks().keys() <= EVERY_NAME
    assert {name for one in (*siblings(), *timing()) for name in one.seen} <= EVERY_NAME
    assert {row.name for row in never_added()} <= EVERY_NAME
    assert {name for abi in Abi for name in masks(abi)} <= EVERY_NAME
    assert {name for abi in Abi for name in in_memory(abi)} <= EVERY_NAME


def test_risks_are_of_calls_that_exist_and_have_a_source() -> None:
    found = [risk for group in risks().values() for risk in group]
    assert {risk.name for risk in found} <= EVERY_NAME
    source = re.compile(
        r"(?:[a-z0-9_]+\([27]\)|CVE-\d{4}-\d{4,}|moby pull request \d+|vm\.\w+ in [a-z/-]+\.rst)"
    )
    for risk in found:
        assert all(source.fullmatch(part) for part in risk.source.split(", "))
        assert risk.opens.isprintable()
        assert risk.opens[-1] != "."
        assert all(check.index < 6 for check in risk.conditions)


def test_what_dockers_default_refuses_for_a_reason_has_a_risk() -> None:
    """The calls of Docker's documentation of its default profile that matter today."""
    assert risks().keys() >= {
        *("ptrace", "bpf", "userfaultfd", "io_uring_setup", "keyctl", "add_key", "request_key", "mount"),
        *("umount2", "pivot_root", "unshare", "setns", "clone", "clone3", "perf_event_open", "kexec_load"),
        *("process_vm_writev", "process_vm_readv", "open_by_handle_at", "init_module", "finit_module"),
        *("delete_module", "personality", "reboot", "swapon", "swapoff", "iopl", "ioperm", "acct"),
    }


def test_the_tables_have_no_call_that_is_newer_than_their_level() -> None:
    newest = max(
        tuple(map(int, since.split(".")))
        for abi in Abi
        for name in table(abi).names
        if (since := table(abi).since(name))
    )
    assert newest <= tuple(map(int, LEVEL.split(".")))
    assert f"Linux {LEVEL}" in read_table("SOURCES.md")


def test_every_line_names_its_evidence() -> None:
    assert all(fallbacks().values())
    assert all(one.evidence for one in (*siblings(), *timing()))
    assert all(row.reason for row in never_added())
    assert all(row.source for row in calls())


def test_what_always_belongs_into_a_profile() -> None:
    always = {(one.name, one.abi) for one in timing() if not one.seen}
    assert always >= {
        *(("exit", "any"), ("exit_group", "any"), ("restart_syscall", "any"), ("rt_sigreturn", "any")),
        *(("sigreturn", "i386"), ("time", "x86_64"), ("gettimeofday", "x86_64"), ("getcpu", "x86_64")),
    }


def test_every_runtime_can_execute_the_program() -> None:
    starts = {(row.runtime, row.version, row.no_new_privileges) for row in calls() if row.version != "any"}
    executes = {(row.runtime, row.version, row.no_new_privileges) for row in calls() if row.name == "execve"}
    assert starts <= executes
    assert {runtime for runtime, _, _ in executes} == set(runtimes())


@pytest.mark.parametrize("abi", Abi)
def test_what_is_recorded_is_an_argument_and_never_a_pointer(abi: Abi) -> None:
    """Nor anything else that takes more than 32 bits: no mask is wider."""
    for recorded in masks(abi).values():
        indexes = [index for index, _ in recorded]
        assert indexes == sorted(set(indexes))
        assert set(indexes) <= set(range(6))
        assert all(0 < mask <= 0xFFFFFFFF for _, mask in recorded)


def test_docker_defaults_conditions_look_at_nothing_that_is_not_recorded() -> None:
    for abi in Abi:
        for name in ("clone", "personality", "socket"):
            for rule in rules()[name]:
                judged = {check.index for check in rule.conditions if rule.on(abi)}
                assert judged <= {index for index, _ in masks(abi)[name]}


def test_the_readme_says_of_how_many_calls_arguments_are_recorded() -> None:
    count = len({name for abi in Abi for name in masks(abi)})
    assert (
        f"The arguments of {count} calls are recorded"
        in (SCRIPT.parents[1] / "docs" / "profiles.md").read_text()
    )


def test_where_arguments_lie_depends_on_the_abi() -> None:
    assert masks(Abi.X86_64)["clone"] == ((0, 0x7E020000),)
    assert masks(Abi.S390X)["clone"] == ((1, 0x7E020000),)
    assert masks(Abi.ARM64)["mmap"] == ((2, 7), (3, 0x20))
    assert masks(Abi.MIPS64)["mmap"] == ((2, 7), (3, 0x800))
    assert "mmap" not in masks(Abi.I386)
    assert {"mmap", "clone3", "openat2", "socketcall"} <= in_memory(Abi.I386)
    assert masks(Abi.I386)["socketcall"] == ((0, 0xFFFFFFFF),)


def test_the_kernel_side_has_room_for_every_argument_sensitive_call() -> None:
    for machine in ("x86_64", "aarch64"):
        assert 50 < len(sensitive_calls(Abis.of_machine(machine))) <= 128


def test_arguments_that_are_always_allowed_are_recorded_ones() -> None:
    """Every recorded argument of the call, and nothing outside its mask."""
    names = {name for abi in Abi for name in table(abi).names if always(abi, name, init=True)}
    for abi in (Abi.X86_64, Abi.ARM64, Abi.MIPS64):
        for name in names & table(abi).names:
            found = always(abi, name, init=True)
            assert 0 < len(found) < MAX_COMBINATIONS / 4
            for combination in found:
                assert [index for index, _ in combination] == [index for index, _ in masks(abi)[name]]
                assert all(
                    value & ~mask == 0
                    for (_, value), (_, mask) in zip(combination, masks(abi)[name], strict=True)
                )


def test_the_runtimes_own_argument_sensitive_calls_are_known() -> None:
    """Else no argument of them becomes a condition; clone has Docker's."""
    sensitive = {row.name for row in calls()} & masks(Abi.X86_64).keys()
    assert {name for name in sensitive if not always(Abi.X86_64, name)} == {"clone"}


class Pair(NamedTuple):
    a: int
    b: Abi | None


@pytest.mark.parametrize("text", ["a,b\nx,arm\n", "a,b\n1,vax\n"], ids=["number", "enumeration"])
def test_a_damaged_field_is_refused_with_its_line(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "read_table", lambda _: text)
    with pytest.raises(DataFileError, match=r"x\.csv has a damaged line 2"):
        read("x.csv", Pair)


def test_fields_are_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "read_table", lambda _: "a,b\n0x10,arm\n7,\n")
    assert read("x.csv", Pair) == (Pair(16, Abi.ARM), Pair(7, None))


def test_the_name_of_a_data_file_stands_in_one_module() -> None:
    package = Path(profilegen.__file__).parent
    texts = {path: path.read_text() for path in package.rglob("*") if path.suffix in {".py", ".h", ".c"}}
    for file in (package.parent / "syscall_tables").glob("*.csv"):
        found = [str(path) for path, text in texts.items() if re.search(rf"\b{file.name}\b", text)]
        assert len(found) == (file.stem not in {"since", "newer_calls"}), (file.name, found)


@pytest.mark.parametrize(
    "text",
    ["", "b,a\narm,1\n", "a,b\n1\n", "a,b\n2,arm\n1,arm\n", "a,b\n1,arm\n1,arm\n"],
    ids=["empty", "header", "columns", "order", "twice"],
)
def test_a_damaged_data_file_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "read_table", lambda _: text)
    with pytest.raises(DataFileError, match=r"x\.csv"):
        read("x.csv", Pair)


PROFILE = """{
  "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
  "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []}],
  "syscalls": [
    {"names": ["write", "read"], "action": "SCMP_ACT_ALLOW"},
    {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
    {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "comment": "none",
     "args": [{"index": 0, "value": 6, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"},
              {"index": 1, "value": 7, "op": "SCMP_CMP_LT"}],
     "includes": {"arches": ["amd64"]}, "excludes": {"caps": ["CAP_SYS_ADMIN"], "arches": ["s390x", "s390"]}},
    {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "excludes": {"caps": ["CAP_SYS_ADMIN"]}}
  ]
}"""


def imported(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)


def test_the_script_prints_which_architectures_are_listed_together(tmp_path: Path) -> None:
    path = tmp_path / "default.json"
    path.write_text(PROFILE.replace("[]}]", '["SCMP_ARCH_X86", "SCMP_ARCH_X32"]}]'))
    assert imported("--architectures", path).stdout.splitlines() == [
        "native,compat",
        "x86_64,i386",
        "x86_64,x32",
    ]
    path.write_text(PROFILE.replace('"subArchitectures": []', '"subArchitectures": null'))
    assert imported("--architectures", path).stdout.splitlines() == ["native,compat", "x86_64,"]


def test_the_script_prints_a_docker_profile_as_facts(tmp_path: Path) -> None:
    path = tmp_path / "default.json"
    path.write_text(PROFILE)
    assert imported(path).stdout.splitlines() == [
        "name,action,errno,conditions,caps,without_caps,arches,without_arches,min_kernel",
        "clone,allow,,0 MASKED_EQ 6 0;1 LT 7 0,,CAP_SYS_ADMIN,amd64,s390 s390x,",
        "clone3,errno,38,,,CAP_SYS_ADMIN,,,",
        "ptrace,allow,,,,,,,4.8",
        "read,allow,,,,,,,",
        "write,allow,,,,,,,",
    ]


@pytest.mark.parametrize("change", ['"minKernel": 1, "x"', '"x"'])
def test_the_script_stops_at_what_it_does_not_know(change: str, tmp_path: Path) -> None:
    path = tmp_path / "default.json"
    path.write_text(PROFILE.replace('"minKernel"', change))
    done = imported(path)
    assert done.returncode == 1
    assert "not understood" in done.stderr
    assert not done.stdout
