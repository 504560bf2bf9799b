"""What the AppArmor skeleton has from the engines' profiles, as the kernel will understand it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.formats.apparmor import profile as apparmor
from profilegen.formats.apparmor.globs import matcher
from profilegen.policy.model import Policy
from profilegen.recording import Access
from profilegen.render.policy import render as summary
from profilegen.tables.engines.engine_apparmor import denied_families, denied_paths, needed_unseen
from profilegen.tables.sockets import names
from profilegen.text import path_text
from tests.support.aadfa import ALL_FEATURES, FileRules, OtherRules, compiled
from tests.support.recordings import RUNC, arguments, policy_of, recording
from tests.unit.formats.apparmor.test_profile import file, with_files

SIGTERM, SIGKILL = 15, 9
NAME = "profilegen-web"


def rules(policy: Policy, features: Path = ALL_FEATURES) -> OtherRules:
    return OtherRules(compiled(apparmor.render(policy), features))


def recorded_under(label: str) -> Policy:
    return policy_of(recording(container=RUNC.model_copy(update={"daemon_label": label})))


WRITABLE = (
    "/proc/1/attr/exec",
    "/proc/12/oom_score_adj",
    "/proc/4194304/comm",
    "/proc/sys/kernel/shmmax",
    "/sys/fs/cgroup/x/cgroup.procs",
    "/srv/proc/acpi/x",
)
READ_ONLY = (
    "/proc/sysrq-trigger",
    "/proc/acpi/wakeup",
    "/proc/fs/x/y",
    "/proc/tty/driver",
    "/proc/a/b",
    "/proc/ab/c",
    "/proc/abc/d",
    "/proc/irq/1/smp_affinity",
    "/proc/sys/net/ipv4/ip_forward",
    "/proc/sys/vm/drop_caches",
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",
    "/sys/kernel/mm/x",
    "/sys/fs/bpf/x",
    "/sys/devices/x/power",
)
CLOSED = (
    "/proc/kcore",
    "/sys/firmware/acpi/tables/DSDT",
    "/sys/kernel/security/apparmor/profiles",
    "/sys/devices/virtual/powercap/intel-rapl/x",
)


def test_what_the_engine_refuses_stays_refused_though_it_was_recorded() -> None:
    paths = (*WRITABLE, *READ_ONLY, *CLOSED)
    policy = with_files(*(file(path, Access.READ, Access.WRITE) for path in paths))
    allowed = FileRules(compiled(apparmor.render(policy)))
    rights = {path: allowed.rights(path.encode()) for path in paths}
    assert {rights[path] for path in WRITABLE} == {"akrw"}
    assert {path for path in READ_ONLY if "w" in rights[path] or "r" not in rights[path]} == {
        "/proc/sysrq-trigger"
    }
    assert {rights[path] for path in (*CLOSED, "/proc/sysrq-trigger")} == {""}


def test_no_class_stands_for_a_slash_beside_the_number_of_a_process() -> None:
    text = apparmor.render(policy_of(recording()))
    assert "deny @{PROC}/{[^1-9/],[^1-9/][^0-9/],[^1-9s/]" in text
    assert "[^1-9]" not in text


def test_a_recorded_access_that_is_refused_is_said_at_its_line_and_in_the_summary() -> None:
    policy = with_files(
        file("/proc/sys/net/ipv4/ip_forward", Access.WRITE),
        file("/proc/sys/net/core/somaxconn", Access.READ),
        file("/proc/1/comm", Access.WRITE),
    )
    (line,) = (line for line in apparmor.render(policy).splitlines() if "refused below" in line)
    assert line == '  "@{PROC}/sys/net/ipv4/ip_forward" wk,  # opened, w refused below, as by the engine'
    (note,) = (line for line in summary(policy, apparmor="x").splitlines() if "refuses what" in line)
    assert note.endswith(": /proc/sys/net/ipv4/ip_forward w")
    assert "refuses what" not in summary(policy_of(recording()), apparmor="x")


PIECES = (
    "/",
    "proc",
    "sys",
    "kernel",
    "fs",
    "cgroup",
    "1",
    "12",
    "123",
    "acpi",
    "sh",
    "shm",
    "kcore",
    "a",
    "\n",
    "usr/lib",
    "lib64",
    "ld-2.31.so",
    "ld64.so.2",
    "libgcc_s.so.",
)


@given(st.lists(st.sampled_from(PIECES) | st.text("/abcfgkrsy19", max_size=4), max_size=7).map("".join))
def test_a_pattern_is_read_as_the_parser_reads_it(rest: str) -> None:
    name = f"/{rest}"
    for pattern, oracle in ORACLES.items():
        assert bool(matcher(pattern).match(name.encode())) is ("r" in oracle.rights(name.encode())), pattern


ORACLES = {files.pattern: FileRules.of(f"{files.pattern} r") for files in (*denied_paths(), *needed_unseen())}


@pytest.mark.parametrize(
    "label", ["unconfined", "runc", "/usr/bin/runc", "/usr/sbin/runc", "crun", "crun-vm"]
)
@pytest.mark.parametrize("number", [SIGTERM, SIGKILL])
def test_runtimes_may_end_a_container(label: str, number: int) -> None:
    allowed = rules(policy_of(recording()))
    assert allowed.receives(number, label)
    assert not allowed.sends(number, label)


@pytest.mark.parametrize("label", ["podman", "/usr/bin/podman", "snap.docker.dockerd", "/usr/bin/crun"])
def test_engines_may_end_a_container_and_read_what_exec_reads(label: str) -> None:
    allowed = rules(policy_of(recording()))
    assert allowed.receives(SIGTERM, label)
    assert allowed.traces(label) == "c"


@pytest.mark.parametrize("label", ["x", "runc-x", "snap.docker.dockerd2", "docker-default", "/bin/runc"])
def test_nobody_else_may(label: str) -> None:
    allowed = rules(policy_of(recording()))
    assert not allowed.receives(SIGTERM, label)
    assert allowed.traces(label) == ""


def test_the_processes_of_a_container_signal_and_trace_one_another() -> None:
    allowed = rules(policy_of(recording()))
    assert allowed.receives(SIGTERM, NAME)
    assert allowed.sends(SIGTERM, NAME)
    assert allowed.traces(NAME) == "wrac"


@pytest.mark.parametrize("label", ["docker-dockerd", "/usr/bin/dockerd", 'my daemon//&*{a,b}?[c]^"\\#', "é"])
def test_the_label_of_the_recorded_daemon_is_taken_literally(label: str) -> None:
    policy = recorded_under(path_text(label.encode()))
    allowed = rules(policy)
    assert allowed.receives(SIGTERM, label)
    assert allowed.traces(label) == "c"
    assert not allowed.receives(SIGTERM, f"{label}x")
    assert not rules(policy_of(recording())).receives(SIGTERM, label)


@pytest.mark.parametrize("label", ["unconfined", "snap.docker.dockerd", "", "\0", "a\0b"])
def test_a_label_that_is_known_or_impossible_adds_no_line(label: str) -> None:
    assert apparmor.render(recorded_under(label)) == apparmor.render(policy_of(recording()))


@given(st.text(max_size=12))
def test_whatever_the_label_is_the_profile_compiles_and_has_two_lines_more(label: str) -> None:
    text = apparmor.render(recorded_under(label))
    assert len(text.splitlines()) - len(apparmor.render(policy_of(recording())).splitlines()) in (0, 2)
    compiled(text)


@pytest.mark.parametrize("features", ["all", "stock"])
def test_only_recorded_sockets_can_be_made(tmp_path: Path, features: str) -> None:
    """Where unix sockets are mediated on their own and where not (stock Debian kernels)."""
    kernel = ALL_FEATURES
    if features == "stock":
        kernel = tmp_path / "features"
        kernel.write_text(ALL_FEATURES.read_text().replace("af_unix {yes\n}\n", ""))
    seen = (arguments("socket", 1, 1), arguments("socket", 2, 2))
    with_unix, without = (
        rules(policy_of(recording("socket", arguments=some)), kernel) for some in (seen, seen[1:])
    )
    families = {number for number in names("family") if with_unix.socket(number, 1)}
    assert families == {1}
    assert with_unix.socket(2, 2)
    assert not with_unix.socket(1, 2)
    assert not any(without.socket(1, kind) for kind in range(1, 6))


def test_families_without_a_use_are_denied_unless_recorded() -> None:
    """A line of the local file allows every socket but these."""
    numbers = {name: number for number, name in names("family").items()}
    denied = {numbers[one.name] for one in denied_families()}
    assert {38, 40} <= denied
    for seen in ((), (38,)):
        policy = policy_of(recording("socket", arguments=tuple(arguments("socket", one, 5) for one in seen)))
        text = apparmor.render(policy).replace("  include if exists <local/", "  network,\n  #")
        allowed = OtherRules(compiled(text, ALL_FEATURES))
        closed = {number for number in names("family") if not allowed.socket(number, 5)}
        assert closed == denied - set(seen)


def test_a_site_adds_lines_in_a_file_of_the_profiles_name(tmp_path: Path) -> None:
    text = apparmor.render(policy_of(recording()))
    assert text.endswith(f"\n  include if exists <local/{NAME}>\n}}\n")
    place = tmp_path / "local" / NAME
    place.parent.mkdir()
    place.write_text("/added r,\n/proc/kcore r,\n")
    allowed = FileRules(compiled(text, include=tmp_path))
    assert allowed.rights(b"/added") == "r"
    assert allowed.rights(b"/proc/kcore") == ""
