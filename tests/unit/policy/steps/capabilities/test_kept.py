"""Which capabilities are kept, for whom, and which are dropped, by example."""

from __future__ import annotations

import pytest

from profilegen.capabilities import Capability
from profilegen.policy.model import Severity
from profilegen.recording import (
    CapabilityCheck,
    CapabilityUse,
    ExecutedFile,
    Phase,
)
from tests.support.recordings import (
    ADMIN,
    RUNC,
    check,
    policy_of,
    recording,
    texts,
)


class TestCapabilities:
    def test_one_that_the_program_was_granted_is_kept(self) -> None:
        (rule,) = policy_of(recording(capabilities=(check(),))).capabilities
        assert rule.capability is Capability.CAP_CHOWN
        assert [reason.text for reason in rule.reasons] == ["granted to /bin/chown in fchownat"]

    def test_the_kernel_functions_that_asked_are_part_of_the_reason(self) -> None:
        asked = check(askers=("setattr_prepare chown_common",))
        (rule,) = policy_of(recording(capabilities=(asked,))).capabilities
        assert rule.reasons[0].text.endswith("in fchownat (setattr_prepare chown_common)")


class TestLookedAtWithoutACheck:
    """What the kernel compares with a set of the task, and nobody is asked for."""

    NEEDS = (
        (CapabilityUse.INHERITABLE, "made inheritable by /bin/chown"),
        (CapabilityUse.AMBIENT, "made ambient by /bin/chown"),
        (CapabilityUse.PERMITTED, "one of the fixed list that /bin/chown keeps"),
        (
            CapabilityUse.USER_NAMESPACE,
            "/bin/chown made a user namespace that maps root (from Linux 5.12 on)",
        ),
    )
    CHOSEN = "a program kept CHOWN of what it had (capset): if it fails without, add by hand"

    @pytest.mark.parametrize(("use", "reason"), NEEDS)
    def test_it_is_kept_and_the_reason_says_how_it_came_up(self, use: CapabilityUse, reason: str) -> None:
        (rule,) = policy_of(recording(capabilities=(check(use=use),))).capabilities
        assert [one.text for one in rule.reasons] == [reason]

    def test_what_a_program_chose_from_what_it_had_is_named_and_not_kept(self) -> None:
        policy = policy_of(recording(capabilities=(check(use=CapabilityUse.CHOSEN),)))
        assert not policy.capabilities
        assert self.CHOSEN in texts(policy, Severity.NOTE)

    def test_what_it_chose_and_needs_is_not_named(self) -> None:
        policy = policy_of(recording(capabilities=(check(use=CapabilityUse.CHOSEN), check())))
        assert not [text for text in texts(policy, Severity.NOTE) if "capset" in text]

    def test_what_the_kernel_refused_to_put_into_a_set_was_refused(self) -> None:
        lacking = check(use=CapabilityUse.PERMITTED, granted=False)
        policy = policy_of(recording(capabilities=(lacking,)))
        assert "CHOWN was refused while recording" in texts(policy, Severity.NOTE)


class TestFileCapabilities:
    """``ping`` with cap_net_raw+ep asks for nothing, and cannot be executed without NET_RAW."""

    PING = ExecutedFile(path="/bin/ping", examined=True, file_capabilities=(Capability.CAP_NET_RAW,))

    def test_what_an_execve_needs_is_kept_without_any_check(self) -> None:
        ping = self.PING.model_copy(update={"file_effective": True})
        (rule,) = policy_of(recording(executed=(ping,))).capabilities
        assert rule.capability is Capability.CAP_NET_RAW
        assert "execve fails without it" in rule.reasons[0].text

    def test_a_set_that_is_not_effective_at_once_fails_no_execve(self) -> None:
        assert not policy_of(recording(executed=(self.PING,))).capabilities

    def test_what_the_kernel_gave_for_a_file_is_kept_though_nobody_could_look(self) -> None:
        gone = ExecutedFile(path="/bin/gone", given=(Capability.CAP_NET_RAW,))
        (rule,) = policy_of(recording(executed=(gone,))).capabilities
        assert rule.capability is Capability.CAP_NET_RAW
        assert rule.reasons[0].text == "a file capability of /bin/gone, whose execve fails without it"


class TestUnreadFiles:
    """Programs of which nobody could read whether they have file capabilities."""

    def note(self, *paths: str) -> str:
        executed = tuple(ExecutedFile(path=path) for path in paths)
        notes = texts(policy_of(recording(executed=executed)), Severity.NOTE)
        (text,) = (note for note in notes if "file capabilities" in note)
        return text

    def test_one_is_named_with_the_command_that_tells(self) -> None:
        assert self.note("/bin/a") == (
            "could not read the file capabilities of /bin/a: if it has any (getcap /bin/a), add them by hand"
        )

    def test_several_are_named_and_many_counted(self) -> None:
        assert self.note("/bin/a", "/bin/b").startswith(
            "could not read the file capabilities of /bin/a, /bin/b: if one has any (getcap FILE)"
        )
        assert " and 2 more: " in self.note(*(f"/bin/{number}" for number in range(10)))

    def test_none_is_not_told(self) -> None:
        notes = texts(policy_of(recording(executed=(ExecutedFile(path="/a", examined=True),))), Severity.NOTE)
        assert not [note for note in notes if "file capabilities" in note]


class TestUsers:
    def notes(
        self, *executed: ExecutedFile, checks: tuple[CapabilityCheck, ...] = (), **container: object
    ) -> str:
        who = RUNC.model_copy(update={"user": "redis", **container})
        one = recording(container=who, executed=executed, capabilities=checks)
        return "\n".join(texts(policy_of(one), Severity.NOTE))

    def test_root_is_told_nothing(self) -> None:
        for user in ("", "0", "root", "0:0", "root:www-data"):
            assert "--cap-add" not in self.notes(user=user)
            assert not policy_of(recording(container=RUNC.model_copy(update={"user": user}))).user

    def test_who_is_not_root_is_told_what_would_give_it_any(self) -> None:
        assert "setcap in the image would" in self.notes()
        assert "only these programs give it any: /bin/su" in self.notes(
            ExecutedFile(path="/bin/su", set_user=True)
        )
        assert "nothing gives it any" in self.notes(no_new_privileges=True)

    def test_ambient_ones_are_named(self) -> None:
        notes = self.notes(ambient_set=(Capability.CAP_NET_RAW, Capability.CAP_CHOWN))
        assert "it runs as redis, which was given CHOWN, NET_RAW as ambient capabilities" in notes
        assert "gives nothing" not in notes

    def test_a_user_whom_no_engine_named_shows_by_ambient_ones(self) -> None:
        notes = self.notes(user="", ambient_set=(Capability.CAP_NET_RAW,))
        assert "it runs as a user who is not root, which was given NET_RAW" in notes

    def test_one_that_was_granted_and_that_no_program_gave_came_from_somewhere(self) -> None:
        notes = self.notes(checks=(check(),))
        assert "was granted CHOWN, which no program gave it" in notes
        assert "gives nothing" not in notes
        assert "gives nothing" in self.notes(checks=(check(own_credentials=False),))
        given = ExecutedFile(path="/bin/a", given=(Capability.CAP_CHOWN,))
        assert "only these programs give it any: /bin/a" in self.notes(given, checks=(check(),))

    def test_the_user_is_named_by_number(self) -> None:
        who = RUNC.model_copy(update={"user": "1000:1000"})
        assert policy_of(recording(container=who)).user == "1000"


class TestRefused:
    def test_what_it_was_refused_is_named_without_a_word_about_how_it_ended(self) -> None:
        nice = check(granted=False, capability=Capability.CAP_SYS_NICE)
        assert "SYS_NICE was refused while recording" in texts(
            policy_of(recording(capabilities=(nice,))), Severity.NOTE
        )
        both = policy_of(recording(capabilities=(nice, check(granted=False))))
        assert "CHOWN, SYS_NICE were refused while recording" in texts(both, Severity.NOTE)

    @pytest.mark.parametrize(
        "changes",
        [
            {"phase": Phase.RUNTIME},
            {"own_credentials": False},
            {"own_user_namespace": False},
            {"audited": False},
        ],
    )
    def test_what_was_not_the_programs_own_is_not(self, changes: dict[str, object]) -> None:
        policy = policy_of(recording(capabilities=(check(granted=False, **changes),)))
        assert not [text for text in texts(policy, Severity.NOTE) if "refused while" in text]

    def test_what_is_kept_for_another_reason_is_not(self) -> None:
        policy = policy_of(recording(capabilities=(check(granted=False), check())))
        assert not [text for text in texts(policy, Severity.NOTE) if "refused while" in text]


class TestDropped:
    def test_what_it_had_and_never_needed_is_listed(self) -> None:
        had = (Capability.CAP_CHOWN, Capability.CAP_MKNOD)
        policy = policy_of(
            recording(container=RUNC.model_copy(update={"bounding_set": had}), capabilities=(check(),))
        )
        assert policy.dropped == (Capability.CAP_MKNOD,)

    def test_a_powerful_one_beyond_dockers_default_is_named_with_what_it_opens(self) -> None:
        (text,) = texts(policy_of(recording(capabilities=(ADMIN,))), Severity.WIDER)
        assert text.startswith("SYS_ADMIN is kept: it opens mounts")
        assert not texts(policy_of(recording(capabilities=(check(),))), Severity.WIDER)
