"""Gaps of a recording are errors, or notes where they do not matter."""

from __future__ import annotations

import re

import pytest

from profilegen.abi import Abi
from profilegen.errors import IncompleteRecordingError
from profilegen.policy.derive import derive_each
from profilegen.policy.model import Severity
from profilegen.recording import (
    Completeness,
    Lost,
    LostCount,
    UnknownSyscall,
)
from profilegen.recording.gaps import Gap, GapKind, gaps
from tests.support.recordings import (
    RUNC,
    policy_of,
    recording,
    texts,
)


def test_all_gaps_are_in_one_error() -> None:
    missing = Completeness(
        lost=(LostCount(what=Lost.ARGUMENTS, count=7), LostCount(what=Lost.PATHS, count=3)),
        unknown_syscalls=(UnknownSyscall(abi=Abi.X86_64, number=999, executed=True),),
    )
    late = RUNC.model_copy(update={"late": True})
    with pytest.raises(IncompleteRecordingError) as caught:
        policy_of(recording(containers=(late,), completeness=missing), need_paths=True)
    for part in (
        "web was already running",
        "lost 7 arguments",
        "lost 3 paths",
        "call 999 (x86_64) ran",
    ):
        assert part in caught.value.cause


def test_a_late_container_has_to_be_created_again() -> None:
    late = RUNC.model_copy(update={"late": True})
    with pytest.raises(IncompleteRecordingError, match="web was already running") as caught:
        policy_of(recording(containers=(late,)))
    assert "create the container again while record runs" in caught.value.hint


def test_skipped_programs_may_have_missed_anything() -> None:
    one = recording(completeness=Completeness(lost=(LostCount(what=Lost.EVENTS, count=7),)))
    text = "lost 7 events (the kernel skipped a program of the tracer)"
    assert gaps(one) == (Gap(GapKind.LOST, 7, text),)
    with pytest.raises(IncompleteRecordingError, match=re.escape(text)):
        policy_of(one)


def test_answered_calls_that_were_not_found_are_a_gap() -> None:
    one = recording(completeness=Completeness(lost=(LostCount(what=Lost.ANSWERED_SYSCALLS, count=1),)))
    (gap,) = gaps(one)
    assert gap.text == "lost 1 answered syscall (too many of a program's own filter waited at once)"
    with pytest.raises(IncompleteRecordingError, match=re.escape(gap.text)):
        policy_of(one)


def test_lost_paths_count_only_for_apparmor() -> None:
    one = recording(completeness=Completeness(lost=(LostCount(what=Lost.PATHS, count=3),)))
    assert not texts(policy_of(one), Severity.INCOMPLETE)
    with pytest.raises(IncompleteRecordingError):
        policy_of(one, need_paths=True)


def test_unknown_calls_can_be_accepted_by_themselves() -> None:
    unknown = UnknownSyscall(abi=Abi.X86_64, number=999, executed=True)
    one = recording(completeness=Completeness(unknown_syscalls=(unknown,)))
    with pytest.raises(IncompleteRecordingError) as caught:
        policy_of(one)
    assert "--allow-unknown" in caught.value.hint
    assert texts(policy_of(one, allow_unknown=True), Severity.INCOMPLETE)


def test_a_probe_of_a_newer_libc_is_only_noted() -> None:
    unknown = UnknownSyscall(abi=Abi.X86_64, number=999, executed=False)
    policy = policy_of(recording(completeness=Completeness(unknown_syscalls=(unknown,))))
    assert any("999" in text for text in texts(policy, Severity.NOTE))


def test_many_numbers_without_a_name_are_one_note_and_one_gap() -> None:
    unknown = tuple(
        UnknownSyscall(abi=Abi.X86_64, number=number, executed=number % 2 == 0)
        for number in range(1000, 1700)
    )
    one = recording(completeness=Completeness(unknown_syscalls=unknown))
    policy = policy_of(one, allow_unknown=True)
    (note,) = [note for note in policy.notes if "ENOSYS" in note.text]
    assert note.items == tuple(str(number) for number in range(1001, 1700, 2))
    assert note.bounded(2) == (
        "calls of x86_64 without a name, answered ENOSYS (to a newer libc, or to a probe): "
        "1001, 1003 and 348 more"
    )
    listed = "1000, 1002, 1004, 1006, 1008, 1010 and 344 more"
    text = f"system calls {listed} (x86_64) ran and have no name in this profilegen"
    assert gaps(one) == (Gap(GapKind.UNNAMED, 350, text),)
    assert texts(policy, Severity.INCOMPLETE) == [text]


def test_gaps_of_several_subjects_are_in_one_error() -> None:
    late = recording(containers=(RUNC.model_copy(update={"late": True}),))
    other = late.model_copy(update={"subject": "db"})
    with pytest.raises(IncompleteRecordingError) as caught:
        derive_each([late, other])
    assert "of web is" in caught.value.cause
    assert "of db is" in caught.value.cause
