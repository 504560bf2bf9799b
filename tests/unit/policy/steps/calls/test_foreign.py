"""What a profile refused that is not Docker's default: reported, and never made a rule."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.containers.engines.inspect import described
from profilegen.policy.model import Policy, Severity
from profilegen.policy.options import DeriveOptions
from profilegen.recording import Container, RefusedSyscall, SeccompProfile
from profilegen.seccomp.document import Document
from profilegen.seccomp.reference import Reference
from tests.support.recordings import (
    RUNC,
    arguments,
    call,
    check,
    derive,
    policy_of,
    recording,
    refusal,
    rules,
    texts,
)

BY = (
    "refused while recording by the profile that the container ran under, Docker's default would have allowed"
)
CUSTOM = RUNC.model_copy(update={"seccomp_profile": SeccompProfile.CUSTOM})
DEFAULT = RUNC.model_copy(update={"seccomp_profile": SeccompProfile.DEFAULT})


def said(policy: Policy) -> list[str]:
    return [text for text in texts(policy, Severity.NOTE) if "refused while recording by" in text]


def flood(name: str) -> RefusedSyscall:
    return RefusedSyscall(abi=Abi.X86_64, name=name, errno=1, anything=True)


@pytest.mark.parametrize("container", [RUNC, CUSTOM])
class TestWhatOnlyThatProfileRefused:
    def test_a_call_gets_the_default_answer_and_a_note(self, container: Container) -> None:
        policy = policy_of(recording(container=container, refused=(refusal("chown", 1),)))
        assert not [rule for rule in rules(policy, "chown") if rule.errno is not None]
        then = "record under Docker's default to see whether it is needed"
        assert said(policy) == [f"chown was {BY} it: {then}"]

    def test_several_are_one_note(self, container: Container) -> None:
        policy = policy_of(
            recording(container=container, refused=(refusal("chown", 1), refusal("lchown", None)))
        )
        then = "record under Docker's default to see whether they are needed"
        assert said(policy) == [f"chown, lchown were {BY} them: {then}"]

    def test_arguments_of_a_conditional_call_make_no_rule(self, container: Container) -> None:
        policy = policy_of(
            recording(
                *("socket",),
                container=container,
                arguments=(arguments("socket", 2, 1),),
                refused=(refusal("socket", 38, 1, 1), refusal("socket", 97, 40, 1)),
            )
        )
        answered = [rule for rule in rules(policy, "socket") if rule.errno is not None]
        assert [(rule.errno, rule.conditions[0][0].value_two) for rule in answered] == [(97, 40)]
        (text,) = said(policy)
        assert text.startswith("socket with argument 0 = 1 and argument 1 = 1 was ")

    def test_arguments_of_a_refused_name_are_judged_one_by_one(self, container: Container) -> None:
        both = (refusal("personality", 38, 0), refusal("personality", 1, 0x40000))
        policy = policy_of(recording(container=container, refused=both))
        assert [rule.errno for rule in rules(policy, "personality")] == [1]
        assert len(said(policy)) == 1
        policy = policy_of(recording(container=container, refused=both[:1]))
        assert not rules(policy, "personality")

    def test_of_a_flood_nobody_knows_that_docker_refused_it(self, container: Container) -> None:
        policy = policy_of(recording(container=container, refused=(flood("personality"),)))
        assert not rules(policy, "personality")
        assert len(said(policy)) == 1

    def test_with_what_the_container_had_docker_would_have_allowed_it(self, container: Container) -> None:
        """SYS_ADMIN is never asked for, because mount is refused before."""
        had = container.model_copy(update={"bounding_set": (Capability.CAP_SYS_ADMIN,)})
        policy = policy_of(recording(container=had, refused=(refusal("mount", 1),)))
        assert not rules(policy, "mount")
        assert len(said(policy)) == 1
        late = had.model_copy(update={"id": "b" * 64, "bounding_set": ()})
        policy = policy_of(recording(containers=(had, late), refused=(refusal("mount", 1),)))
        assert [rule.errno for rule in rules(policy, "mount")] == [1]
        assert not said(policy)


@pytest.mark.parametrize("container", [RUNC, CUSTOM, DEFAULT])
def test_what_docker_refuses_as_well_keeps_its_errno_without_a_note(container: Container) -> None:
    one = recording(container=container, refused=(refusal("keyctl", 1), refusal("clone3", 38)))
    policy = policy_of(one)
    assert [rule.errno for rule in rules(policy, "keyctl")] == [1]
    assert not said(policy)


def test_what_is_allowed_for_another_reason_is_not_noted() -> None:
    policy = policy_of(recording("chown", container=CUSTOM, refused=(refusal("chown", 1),)))
    assert [rule.errno for rule in rules(policy, "chown")] == [None]
    assert not said(policy)


def test_what_an_older_default_of_the_engine_refused_keeps_its_errno_with_a_note() -> None:
    policy = policy_of(recording(container=DEFAULT, refused=(refusal("landlock_create_ruleset", 1),)))
    assert [rule.errno for rule in rules(policy, "landlock_create_ruleset")] == [1]
    (text,) = said(policy)
    assert text == (
        "landlock_create_ruleset was refused while recording by the engine's own default, "
        "Docker's default would have allowed it: the profile gives the same answer"
    )
    other = CUSTOM.model_copy(update={"id": "b" * 64})
    policy = policy_of(
        recording(containers=(DEFAULT, other), refused=(refusal("landlock_create_ruleset", 1),))
    )
    assert [rule.errno for rule in rules(policy, "landlock_create_ruleset")] == [38]


def measure(**fields: object) -> DeriveOptions:
    content = {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"]} | fields
    return DeriveOptions(measure=Reference.of_document(Document.model_validate(content), "ours.json"))


def test_what_a_measure_of_the_users_own_refuses_keeps_its_errno_with_a_note() -> None:
    options = measure(syscalls=[{"names": ["chown"], "action": "SCMP_ACT_ERRNO"}])
    policy = derive([recording(container=CUSTOM, refused=(refusal("chown", 1),))], options)
    assert [rule.errno for rule in rules(policy, "chown")] == [1]
    assert said(policy) == [f"chown was {BY} it: the profile gives the same answer"]


@pytest.mark.parametrize(("abi", "answers"), [(Abi.X86_64, []), (Abi.I386, [1])])
def test_a_measure_that_does_not_list_the_abi_refuses_all_its_calls(abi: Abi, answers: list[int]) -> None:
    item = refusal("chown", 1).model_copy(update={"abi": abi})
    one = recording(syscalls=(call("write", abi),), container=CUSTOM, refused=(item,))
    assert [rule.errno for rule in rules(derive([one], measure()), "chown")] == answers


def test_capabilities_that_were_used_count_for_docker() -> None:
    used = check(capability=Capability.CAP_SYS_ADMIN, syscalls=("setns",))
    one = recording(container=CUSTOM, capabilities=(used,), refused=(refusal("mount", 1),))
    assert not rules(policy_of(one), "mount")


def test_refused_anything_of_an_allowed_call_is_answered_by_the_default() -> None:
    one = recording("socket", arguments=(arguments("socket", 2, 1),), refused=(flood("socket"),))
    policy = policy_of(one)
    assert [rule.errno for rule in rules(policy, "socket")] == [None]
    text = "socket was refused for more than 64 combinations of arguments: the default answers them"
    assert text in texts(policy, Severity.NOTE)


@pytest.mark.parametrize(
    ("host", "profile"),
    [
        ({}, "default"),
        ({"SecurityOpt": None}, "default"),
        ({"SecurityOpt": ["no-new-privileges", "apparmor=web"]}, "default"),
        ({"SecurityOpt": ["seccomp=builtin"]}, "default"),
        ({"SecurityOpt": ["seccomp=unconfined"]}, "unconfined"),
        ({"Privileged": True}, "unconfined"),
        ({"SecurityOpt": ['seccomp={"defaultAction":"SCMP_ACT_ERRNO"}', "label=disable"]}, "custom"),
        ({"SecurityOpt": ["seccomp=/etc/web.json"], "Privileged": True}, "custom"),
        ({"SecurityOpt": ["seccomp:unconfined"]}, "unconfined"),
    ],
)
def test_an_engine_says_which_profile_a_container_has(host: dict[str, object], profile: str) -> None:
    assert described({"Id": "a" * 64, "HostConfig": host}, "docker", 0.0).seccomp_profile == profile
    assert SeccompProfile(profile)
