"""Without a filter: the profile differs from one with Docker's filter only in what is listed apart."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.containers import PROGRAMS, docker
from tests.support.recorded import Recorded
from tests.support.recorder import profilegen, record_command, recording
from tests.support.workloads import WORKLOADS

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

UNCONFINED = "--security-opt=seccomp=unconfined"
SSHD = Path(__file__).parents[2] / "capabilities" / "sshd.sh"

Rule = tuple[str, str, int | None, str]


def rules(profile: Path) -> set[Rule]:
    """Name, action, errno and conditions of each."""
    content = json.loads(profile.read_text())
    return {
        (name, rule["action"], rule.get("errnoRet"), json.dumps(rule.get("args", [])))
        for rule in content["syscalls"]
        for name in rule["names"]
    }


def emitted(recordings: Path, name: str, *options: str) -> tuple[int, dict[str, Any], str]:
    """Status, the policy, and what a person reads."""
    done = profilegen(
        "emit", str(recordings / f"{name}.recording.json"), "-o", str(recordings), "--json", *options
    )
    (policy,) = json.loads(done.out)["policies"]
    return done.status, policy, done.err


@pytest.mark.parametrize("name", ["nginx", "python"])
def test_the_same_program_gets_the_same_profile(
    name: str, recorded: Callable[[str], Recorded], tmp_path: Path
) -> None:
    """It makes no call that Docker's default refuses, so nothing is listed apart."""
    container = f"profilegen-{name}-bare"
    with (
        recording("-o", str(tmp_path), "--container", container),
        WORKLOADS[name].started(container, UNCONFINED) as started,
    ):
        WORKLOADS[name].drive(started)
    status, policy, said = emitted(tmp_path, container, "--no-wider")
    assert (status, policy["wider"]) == (0, [])
    assert "refuses it" not in said
    assert rules(tmp_path / container / "seccomp.json") == rules(recorded(name).profiles / "seccomp.json")


def run_sshd(folder: Path, name: str, *options: str) -> None:
    words = ("docker", "run", "--rm", "--network=none", "--name", name, "--entrypoint=bash", *options)
    to_its_end = SSHD.read_text() + "wait || true\n"  # sshd removes its pid file, if it is given the time
    script = ("profilegen-test/privileges", "-c", to_its_end)
    done = record_command(folder, *words, *script, options=("--container", name))
    assert done.status == 0, done.err


def test_what_dockers_default_refuses_is_all_that_differs(tmp_path: Path) -> None:
    """A login: PAM asks for a keyring of the session, and goes on without."""
    run_sshd(tmp_path, "confined")
    run_sshd(tmp_path, "bare", UNCONFINED)

    status, policy, said = emitted(tmp_path, "confined", "--no-wider")
    assert (status, policy["wider"]) == (0, [])
    status, policy, said = emitted(tmp_path, "bare", "--no-wider")
    assert status == 6
    assert not (tmp_path / "bare" / "seccomp.json").exists()
    status, policy, said = emitted(tmp_path, "bare")
    assert status == 0
    apart = {one["name"] for one in policy["wider"]}
    assert apart == {"keyctl"}
    assert all(one["unfiltered"] for one in policy["wider"])
    assert "seen; Docker's default refuses it: keyctl\n" in said
    assert "risk: keyctl opens kernel keyrings" in said

    confined, bare = (rules(tmp_path / name / "seccomp.json") for name in ("confined", "bare"))
    assert {name for name, *_ in confined ^ bare} == apart
    assert confined - bare == {("keyctl", "SCMP_ACT_ERRNO", 1, "[]")}
    assert bare - confined == {("keyctl", "SCMP_ACT_ALLOW", None, "[]")}
    assert "keyctl" in profilegen("show", "--risk", str(tmp_path / "bare.recording.json")).out


def test_a_family_that_dockers_default_refuses_is_listed_with_its_number(tmp_path: Path) -> None:
    """AF_ALG, without a filter or with one: the default of Docker 20.10 lets it through, today's does not."""
    name = "bare-refused"
    done = record_command(
        tmp_path,
        *("docker", "run", "--rm", "--name", name, UNCONFINED, PROGRAMS, "/refused"),
        options=("--container", name),
    )
    assert done.status == 0, done.err
    _, policy, said = emitted(tmp_path, name)
    assert "seen; Docker's default refuses it: keyctl, socket with argument 0 = 38" in said
    assert "AF_ALG: the kernel's crypto code" in said
    assert [one["what"] for one in policy["wider"]] == ["call", "arguments"]
    profile = tmp_path / name / "seccomp.json"
    option = f"--security-opt=seccomp={profile}"
    bare = docker("run", "--rm", UNCONFINED, PROGRAMS, "/refused")
    assert docker("run", "--rm", option, PROGRAMS, "/refused") == bare
