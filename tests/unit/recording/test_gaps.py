"""What is missing in a recording has one wording, whoever reports it."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.cli.closing import warnings
from profilegen.errors import IncompleteRecordingError
from profilegen.recording import Completeness, Lost, LostCount, Recording, UnknownSyscall
from profilegen.recording.gaps import GapKind, gaps
from profilegen.recording.unseen import unseen
from profilegen.render.recording_json import document
from tests.support.recordings import RUNC, policy_of, recording
from tests.support.shown import shown

ALL = recording(
    containers=(RUNC.model_copy(update={"late": True}),),
    completeness=Completeness(
        lost=(LostCount(what=Lost.ARGUMENTS, count=7), LostCount(what=Lost.PATHS, count=3)),
        unknown_syscalls=(
            UnknownSyscall(abi=Abi.X86_64, number=998, executed=True),
            UnknownSyscall(abi=Abi.X86_64, number=999, executed=False),
        ),
    ),
)


def without(*kinds: GapKind, of: Recording = ALL) -> list[str]:
    return [gap.text for gap in gaps(of) if gap.kind not in kinds]


def test_each_kind_is_a_gap_and_an_answered_probe_is_none() -> None:
    assert [(gap.kind, gap.count) for gap in gaps(ALL)] == [
        (GapKind.LOST, 7),
        (GapKind.LOST_PATHS, 3),
        (GapKind.UNNAMED, 1),
        (GapKind.LATE_START, 1),
    ]
    assert not [text for text in without() if "999" in text]


def test_record_show_and_emit_say_it_in_the_same_words() -> None:
    warned, seen = list(warnings(ALL)), shown(ALL)
    for text in without():
        assert f"{ALL.subject}: {text}" in warned
        assert f"gap: {text}" in seen
    with pytest.raises(IncompleteRecordingError) as caught:
        policy_of(ALL, need_paths=True)
    assert caught.value.cause.endswith("; ".join(without()))


def test_emit_does_not_mind_lost_paths_without_apparmor_nor_what_the_user_accepts() -> None:
    with pytest.raises(IncompleteRecordingError) as caught:
        policy_of(ALL, allow_unknown=True)
    assert caught.value.cause.endswith(": " + "; ".join(without(GapKind.LOST_PATHS, GapKind.UNNAMED)))


def test_the_json_of_show_has_late_starts_with_their_containers() -> None:
    data = document(ALL)
    assert data["gaps"] == without(GapKind.LATE_START)
    assert [container["late"] for container in data["containers"]] == [True]


def test_only_what_emit_makes_up_for_needs_no_other_recording() -> None:
    assert [one.what for one in unseen(recording()) if one.emit_adds] == ["init"]
    assert all(row.keys() == {"what", "text", "advice"} for row in document(recording())["not_seen"])
