"""What show says of a recording."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from typer import Typer
from typer.testing import CliRunner

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.cli.show import show
from profilegen.recording import (
    CapabilityCheck,
    CapabilityUse,
    Container,
    ExecutedFile,
    Host,
    PathAccess,
    Phase,
    Recording,
    RefusedSyscall,
    SeccompMode,
    Syscall,
    SyscallArguments,
    save,
)
from profilegen.render.recording_json import document
from profilegen.render.words import answer_name
from profilegen.tables.errnos import errno_name
from profilegen.tables.sockets import family_name, type_name
from profilegen.vocabulary import Access
from tests.support.shown import shown
from tests.support.strategies import recordings

if TYPE_CHECKING:
    from pathlib import Path

RUNS = ("0" * 32, "1" * 32)
X86 = Abi.X86_64


def check(
    *,
    granted: bool = True,
    own: bool = True,
    namespace: bool = True,
    phase: Phase = Phase.APP,
    use: CapabilityUse = CapabilityUse.CHECKED,
) -> CapabilityCheck:
    return CapabilityCheck(
        capability=Capability.CAP_CHOWN,
        use=use,
        granted=granted,
        own_credentials=own,
        own_user_namespace=namespace,
        phase=phase,
        abi=X86,
    )


RECORDING = Recording(
    subject="web",
    run_ids=RUNS,
    hosts=(Host(kernel="6.18", arch=X86),),
    containers=(
        Container(id="c" * 64, name="web_1", image="nginx", seccomp=SeccompMode.UNCONFINED, late=True),
    ),
    syscalls=(
        Syscall(abi=X86, name="read", phases=(Phase.APP,), programs=("/usr/sbin/nginx",), runs=RUNS),
        Syscall(abi=X86, name="tgkill", phases=(Phase.APP,), programs=("/bin/[red]\x1b[2J",), runs=RUNS[:1]),
    ),
    arguments=(
        SyscallArguments(abi=X86, name="fcntl", values=(), anything=True, runs=RUNS),
        SyscallArguments(
            abi=X86, name="ioctl", values=((1, 0x5401),), phases=(Phase.APP, Phase.RUNTIME), runs=RUNS[:1]
        ),
        SyscallArguments(abi=X86, name="socket", values=((0, 2), (1, 1)), phases=(Phase.APP,), runs=RUNS),
    ),
    refused=(RefusedSyscall(abi=X86, name="clone3", errno=38, runs=RUNS),),
    capabilities=(check(), check(own=False)),
    executed=(ExecutedFile(path="/bin/sh", interpreted="/entrypoint.sh", runs=RUNS),),
    paths=(PathAccess(path="/etc/nginx.conf", access=(Access.READ,), runs=RUNS),),
)


@settings(max_examples=50)
@given(recordings())
def test_nothing_in_a_recording_steers_the_terminal(recording: Recording) -> None:
    assert shown(recording).replace("\n", "").isprintable()


@settings(max_examples=50)
@given(recordings())
def test_every_call_and_path_is_in_both_forms(recording: Recording) -> None:
    text, data = shown(recording), json.loads(json.dumps(document(recording)))
    names = [call.name for call in recording.syscalls] + [call.name for call in recording.refused]
    assert all(name in text for name in names)
    assert [row["path"] for row in data["paths"]] == [access.path for access in recording.paths]
    assert [row["name"] for row in data["syscalls"]] == [call.name for call in recording.syscalls]


@pytest.mark.parametrize(
    "line",
    [
        r"web: 2 runs",
        r"name +image +runtime +seccomp",
        r"web_1 +nginx .* off +late",
        r"gap: web_1 was already running: its start is missing",
        r"note: web_1 ran with seccomp off",
        r"System calls, x86_64 \(2\)",
        r"read +app +/usr/sbin/nginx *$",
        r"tgkill +app +/bin/\[red\]\\x1b\[2J +seen once",
        r"clone3 +x86_64 +ENOSYS",
        r"socket +x86_64 +AF_INET, SOCK_STREAM +app *$",
        r"ioctl +x86_64 +argument 1 = 0x5401 +app, runtime +seen once",
        r"fcntl +x86_64 +anything",
        r"/bin/sh +for /entrypoint\.sh",
        r"/etc/nginx\.conf +read",
        r"Capabilities granted to the program \(1\)",
        r"Capabilities used by the kernel itself, no --cap-add needed \(1\)",
        r"name +abi +in +first program +checked in",
    ],
)
def test_the_text_has_the_line(line: str) -> None:
    assert re.search(line, shown(RECORDING), re.MULTILINE)


@pytest.mark.parametrize("use", CapabilityUse)
def test_what_nobody_checked_says_how_it_came_up(use: CapabilityUse) -> None:
    one = RECORDING.model_copy(update={"capabilities": (check(use=use),)})
    found = re.search(r"CAP_CHOWN .*not checked: (.+?) *$", shown(one), re.MULTILINE)
    assert (found[1] if found else CapabilityUse.CHECKED) == use


@pytest.mark.parametrize(
    ("mode", "word"),
    [(SeccompMode.FILTER, "on"), (SeccompMode.UNCONFINED, "off"), (SeccompMode.UNKNOWN, "not known")],
)
def test_seccomp_is_on_or_off(mode: SeccompMode, word: str) -> None:
    container = RECORDING.containers[0].model_copy(update={"seccomp": mode, "late": False})
    (line,) = (
        line
        for line in shown(RECORDING.model_copy(update={"containers": (container,)})).splitlines()
        if line.strip().startswith("web_1")
    )
    assert line.rstrip().endswith(f" {word}")


@pytest.mark.parametrize(("label", "says"), [("", False), ("unconfined", False), ("docker-dockerd", True)])
def test_a_daemon_with_a_profile_of_its_own_is_shown(label: str, says: bool) -> None:
    container = RECORDING.containers[0].model_copy(update={"daemon_label": label})
    text = shown(RECORDING.model_copy(update={"containers": (container,)}))
    assert ("daemon under docker-dockerd" in text) is says
    assert ("daemon" in text) is says


def test_a_recording_without_gaps_is_complete() -> None:
    whole = RECORDING.model_copy(update={"containers": ()})
    assert "complete: nothing was lost" in shown(whole)
    assert "gap" not in shown(whole)
    assert "complete: nothing" not in shown(RECORDING)


def test_one_run_alone_makes_nothing_rare() -> None:
    assert "seen once" not in shown(RECORDING.model_copy(update={"run_ids": RUNS[:1]}))


def test_words_for_numbers_of_the_future() -> None:
    assert (errno_name(Abi.X86_64, 38), errno_name(Abi.MIPS, 89)) == ("ENOSYS", "ENOSYS")
    killed, unknown = (RefusedSyscall(name="read", abi=Abi.X86_64, errno=errno) for errno in (None, 4000))
    assert (answer_name(killed), answer_name(unknown)) == ("killed (SIGSYS)", "errno 4000")
    assert (family_name(40), family_name(4000)) == ("AF_VSOCK", "4000")
    assert (type_name(1), type_name(15)) == ("SOCK_STREAM", "15")


def run(*arguments: str) -> str:
    app = Typer()
    app.command()(show)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_prints_either_form_on_stdout(tmp_path: Path) -> None:
    path = tmp_path / "web.recording.json"
    save(RECORDING, path)
    assert json.loads(run(str(path), "--json"))["subject"] == "web"
    assert "tgkill" in run(str(path))


def test_risk_prints_the_dangerous_calls_alone(tmp_path: Path) -> None:
    risky = RECORDING.model_copy(
        update={
            "syscalls": (
                *RECORDING.syscalls,
                Syscall(abi=X86, name="keyctl", phases=(Phase.APP,), programs=("/bin/k\x1b",)),
                Syscall(abi=X86, name="socket", phases=(Phase.APP,), programs=("/bin/s",)),
            ),
            "arguments": (
                SyscallArguments(abi=X86, name="socket", values=((0, 2), (1, 1))),
                SyscallArguments(abi=X86, name="socket", values=((0, 38), (1, 5))),
            ),
        }
    )
    path = tmp_path / "web.recording.json"
    save(risky, path)
    text = run(str(path), "--risk")
    assert text.startswith("web: 2 dangerous calls\n")
    assert re.search(r"keyctl +x86_64 +/bin/k\\x1b +refuses +kernel keyrings.* CVE-2016-0728", text)
    assert re.search(r"socket with argument 0 = 38 .* AF_ALG", text)
    assert "tgkill" not in text
    data = json.loads(run(str(path), "--risk", "--json"))
    assert [(row["name"], row["docker_default"]) for row in data["risks"]] == [
        ("keyctl", "refuses"),
        ("socket", "refuses"),
    ]
    save(RECORDING, path)
    assert run(str(path), "--risk") == "web: no dangerous calls\n"
