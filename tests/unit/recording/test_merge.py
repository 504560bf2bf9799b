"""Merging is set union."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from pydantic import BaseModel

from profilegen.abi import Abi
from profilegen.errors import UsageError
from profilegen.recording import (
    CONTAINERS_KEPT,
    Completeness,
    Lost,
    LostCount,
    Phase,
    Recording,
    RefusedSyscall,
    Syscall,
    SyscallArguments,
    UnknownSyscall,
    normalise,
)
from profilegen.recording.merge import merge
from profilegen.render.recording_line import summary
from profilegen.tables.arguments import MAX_COMBINATIONS
from tests.support.strategies import recordings

MERGE = import_module("profilegen.recording.merge")  # its name in the package is the function
RUNS = tuple(f"{number:032x}" for number in range(3))


def recording(**fields: Any) -> Recording:
    return Recording.model_validate(
        {"subject": "web", "run_ids": (RUNS[0],), "hosts": (), "containers": ()} | fields
    )


def read(run: str, phase: Phase, *programs: str) -> Syscall:
    return Syscall(abi=Abi.X86_64, name="read", phases=(phase,), programs=programs, runs=(run,))


@given(recordings(), recordings())
def test_merge_is_commutative(one: Recording, two: Recording) -> None:
    assert merge([one, two]) == merge([two, one])


@given(recordings(), recordings(), recordings())
def test_merge_is_associative(one: Recording, two: Recording, three: Recording) -> None:
    assert merge([merge([one, two]), three]) == merge([one, merge([two, three])]) == merge([one, two, three])


@given(recordings())
def test_merge_is_idempotent(one: Recording) -> None:
    assert merge([one, one]) == merge([one]) == normalise(one) == normalise(normalise(one))


@given(recordings(), recordings())
def test_a_merged_recording_is_valid(one: Recording, two: Recording) -> None:
    merged = merge([one, two])
    assert Recording.model_validate(merged.model_dump()) == merged


@given(recordings(), recordings())
def test_nothing_is_lost(one: Recording, two: Recording) -> None:
    merged = merge([one, two])
    assert set(merged.run_ids) == {*one.run_ids, *two.run_ids}
    for source in (one, two):
        assert {(item.abi, item.name) for item in source.syscalls} <= {
            (item.abi, item.name) for item in merged.syscalls
        }
        assert {item.path for item in source.paths} <= {item.path for item in merged.paths}
        assert {(item.name, item.errno) for item in source.refused} <= {
            (item.name, item.errno) for item in merged.refused
        }
        assert {item.what for item in source.completeness.lost} <= {
            item.what for item in merged.completeness.lost
        }


@given(recordings())
def test_every_collection_of_the_canonical_form_is_sorted_and_unique(one: Recording) -> None:
    def walk(value: Any, name: str = "") -> None:
        if isinstance(value, BaseModel):
            for field in type(value).model_fields:
                walk(getattr(value, field), field)
        elif isinstance(value, tuple) and name != "command":
            keys = [
                tuple((v is not None, v) for v in element.model_dump().values())
                if isinstance(element, BaseModel)
                else element
                for element in value
            ]
            assert len(set(map(repr, keys))) == len(keys)
            if not any(isinstance(element, BaseModel) for element in value):
                assert keys == sorted(keys)
            for element in value:
                if isinstance(element, BaseModel):
                    walk(element)

    walk(normalise(one))


def test_many_containers_of_one_kind_are_few_however_they_are_merged() -> None:
    def of(*numbers: int, image: str = "a") -> Recording:
        containers = tuple(
            {"id": f"{number:064x}", "name": f"n{number}", "image": image, "command": (str(number),)}
            for number in numbers
        )
        return recording(containers=containers)

    kept = {f"{number:064x}" for number in range(CONTAINERS_KEPT)}
    parts = [of(*range(first, 200, 7)) for first in range(7)]
    for merged in (merge(parts), merge(reversed(parts)), merge([merge(parts[4:]), *parts, *parts[:4]])):
        assert {container.id for container in merged.containers} == kept
    two = merge([*parts, of(300, 301, image="b")])
    assert len(two.containers) == CONTAINERS_KEPT + 2
    assert "66 or more containers" in summary(two)


def test_an_item_seen_twice_is_one_item() -> None:
    one = recording(syscalls=(read(RUNS[2], Phase.APP, "/b"), read(RUNS[1], Phase.RUNTIME, "/a")))
    two = recording(syscalls=(read(RUNS[0], Phase.APP, "/c"),), run_ids=(RUNS[1],))
    merged = merge([one, two])
    assert merged.syscalls == (
        Syscall(
            abi=Abi.X86_64,
            name="read",
            phases=(Phase.APP, Phase.RUNTIME),
            programs=("/a", "/b", "/c"),
            runs=(RUNS[0], RUNS[1], RUNS[2]),
        ),
    )
    assert merged.run_ids == (RUNS[0], RUNS[1])


def refused(number: int, errno: int | None = 1, run: str = RUNS[0]) -> RefusedSyscall:
    return RefusedSyscall(abi=Abi.X86_64, name="prctl", errno=errno, values=((0, number),), runs=(run,))


def test_refusals_beyond_the_bound_are_one_anything_of_their_errno() -> None:
    most = recording(refused=tuple(map(refused, range(MAX_COMBINATIONS))))
    assert len(normalise(most).refused) == MAX_COMBINATIONS
    other = recording(refused=(refused(MAX_COMBINATIONS), refused(0, 38), refused(0, None)))
    assert [(item.errno, item.values, item.anything) for item in merge([most, other]).refused] == [
        (None, ((0, 0),), False),
        (1, (), True),
        (38, ((0, 0),), False),
    ]


def test_of_arguments_beyond_the_bound_the_smallest_stay() -> None:
    def made(number: int) -> SyscallArguments:
        return SyscallArguments(abi=Abi.X86_64, name="prctl", values=((0, number),), runs=(RUNS[0],))

    flood = recording(arguments=tuple(made(2**20 + number) for number in range(200)))
    small = recording(arguments=tuple(map(made, range(MAX_COMBINATIONS))))
    for merged in (merge([flood, small]), merge([small, flood]), merge([small, merge([flood, small])])):
        first, *rest = merged.arguments
        assert (first.anything, first.values) == (True, ())
        assert [item.values for item in rest] == [((0, number),) for number in range(MAX_COMBINATIONS)]


@given(recordings(), recordings(), recordings())
def test_merge_has_its_laws_where_everything_is_beyond_the_bound(
    one: Recording, two: Recording, three: Recording
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MERGE, "MAX_COMBINATIONS", 1)
        assert merge([one, two]) == merge([two, one])
        assert merge([merge([one, two]), three]) == merge([one, merge([two, three])])
        assert merge([one, one]) == merge([one]) == normalise(normalise(one))


def test_programs_stay_bounded() -> None:
    many = [recording(syscalls=(read(RUNS[0], Phase.APP, f"/{number:03}"),)) for number in range(20)]
    assert merge(many).syscalls[0].programs == tuple(f"/{number:03}" for number in range(8))


def test_the_larger_loss_stays_and_an_executed_call_stays_executed() -> None:
    def incomplete(count: int, *, executed: bool) -> Recording:
        return recording(
            completeness=Completeness(
                lost=(LostCount(what=Lost.PATHS, count=count),),
                unknown_syscalls=(UnknownSyscall(abi=Abi.X86_64, number=999, executed=executed),),
            )
        )

    merged = merge([incomplete(7, executed=True), incomplete(3, executed=False)]).completeness
    assert [lost.count for lost in merged.lost] == [7]
    assert [unknown.executed for unknown in merged.unknown_syscalls] == [True]


def test_different_subjects_do_not_merge() -> None:
    with pytest.raises(UsageError, match=r"web.*db"):
        merge([recording(), recording(subject="db")])


def test_nothing_does_not_merge() -> None:
    with pytest.raises(UsageError):
        merge([])


@pytest.mark.parametrize("subject", ["", ".", "..", "a/b", "a\n", "a\x00", "ä"])
def test_a_subject_is_one_path_element(subject: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        recording(subject=subject)
