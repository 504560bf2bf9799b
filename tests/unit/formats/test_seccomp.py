"""Laws of seccomp.json and docker-run.args."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.formats import docker_run as docker_args
from profilegen.formats import seccomp
from profilegen.formats.registry import formats
from profilegen.policy.model import CapabilityRule, Policy, Reason, Why
from profilegen.recording import Recording
from tests.support.recordings import RUNC, arguments, call, derive, policy_of, recording, refusal
from tests.unit.policy.test_laws import ANYWAY, recorded


def profile_of(policy: Policy) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(seccomp.render(policy))
    return content


@given(recorded)
def test_only_fields_that_every_engine_reads_alike(recording: Recording) -> None:
    profile = profile_of(derive([recording], ANYWAY))
    assert set(profile) == {"defaultAction", "defaultErrnoRet", "architectures", "syscalls"}
    for entry in profile["syscalls"]:
        assert set(entry) <= {"names", "action", "errnoRet", "args"}
        assert entry["names"] == sorted(set(entry["names"]))
        assert ("errnoRet" in entry) == (entry["action"] == "SCMP_ACT_ERRNO")
        indexes = [argument["index"] for argument in entry.get("args", ())]
        assert len(indexes) == len(set(indexes)), "two conditions on one index would be ORed"
        for argument in entry.get("args", ()):
            assert ("valueTwo" in argument) == (argument["op"] == "SCMP_CMP_MASKED_EQ")


@given(recorded)
def test_the_profile_says_what_the_policy_says(recording: Recording) -> None:
    policy = derive([recording], ANYWAY)
    said = {
        (name, entry.get("errnoRet"), bool(entry.get("args")))
        for entry in profile_of(policy)["syscalls"]
        for name in entry["names"]
    }
    assert said == {(rule.name, rule.errno, bool(rule.conditions)) for rule in policy.syscalls}


@given(recorded)
def test_the_same_recording_gives_the_same_bytes(recording: Recording) -> None:
    for one in formats().values():
        first = one.render(derive([recording], ANYWAY))
        assert first == one.render(derive([recording.model_copy(deep=True)], ANYWAY))
        assert first.endswith("\n")
        assert not first.endswith("\n\n")


def test_one_entry_allows_then_conditions_then_answers() -> None:
    policy = policy_of(
        recording("socket", arguments=(arguments("socket", 40, 1),), refused=(refusal("keyctl", 1),))
    )
    actions = [
        (entry["action"], entry.get("errnoRet"), bool(entry.get("args")))
        for entry in profile_of(policy)["syscalls"]
    ]
    allow, errno = "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"
    assert actions == [
        (allow, None, False),
        *[(allow, None, True)] * 2,  # clone of the runtime, and socket as it was seen
        (errno, 1, False),
        (errno, 38, False),
    ]


def test_a_32_bit_program_still_has_the_native_architecture_for_its_runtime() -> None:
    policy = policy_of(recording(syscalls=(call("write", Abi.I386),)))
    assert profile_of(policy)["architectures"] == ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]


def test_the_flags_are_one_a_line_and_sorted() -> None:
    reasons = (Reason(why=Why.OBSERVED, text="seen"),)
    kept = (Capability.CAP_SETUID, Capability.CAP_CHOWN)
    policy = policy_of(recording(container=RUNC.model_copy(update={"no_new_privileges": True}))).model_copy(
        update={"capabilities": tuple(CapabilityRule(capability=one, reasons=reasons) for one in kept)}
    )
    assert docker_args.render(policy, with_apparmor=True).splitlines() == [
        "--cap-drop=ALL",
        "--cap-add=CHOWN",
        "--cap-add=SETUID",
        "--security-opt=no-new-privileges",
        "--security-opt=apparmor=profilegen-web",
    ]
    assert docker_args.render(policy_of(recording())) == "--cap-drop=ALL\n"
