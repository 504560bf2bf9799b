"""Processes from outside with more than the container has: kept is that they were there, and no more."""

from __future__ import annotations

import pytest

from profilegen.cli import closing
from profilegen.containers.model import EngineContainer
from profilegen.policy.model import Severity
from profilegen.recording import normalise
from profilegen.recording.left_out import left_out
from profilegen.session.assemble import assemble, this_host
from tests.support.doors import observed
from tests.support.recordings import RUN, RUNC, policy_of, recording, texts

TEXT = "left out: /busybox, which came from outside with more capabilities than the container has"


def test_it_is_said_by_record_and_by_emit() -> None:
    one = recording("read", container=RUNC.model_copy(update={"left_out": ("/busybox",)}))
    assert any(TEXT in line for line in closing.warnings(one))
    assert any(TEXT in text for text in texts(policy_of(one), Severity.NOTE))


def test_without_any_nothing_is_said() -> None:
    assert left_out(recording("read")) == ()
    assert not [line for line in closing.warnings(recording("read")) if "left out" in line]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("",), "a program"),
        (("", "/bin/sh"), "/bin/sh"),
        (("/a\n", "/b"), r"/a\x0a, /b"),
        (tuple(f"/{number}" for number in range(8)), "/0, /1, /2, /3, /4, /5 and 2 more"),
    ],
)
def test_programs_are_named_as_far_as_they_are_known(names: tuple[str, ...], said: str) -> None:
    (text,) = left_out(recording(container=RUNC.model_copy(update={"left_out": names})))
    assert text.startswith(f"left out: {said}, which")


def test_containers_are_the_same_in_any_order_of_the_names() -> None:
    one, other = (RUNC.model_copy(update={"left_out": names}) for names in (("/a", "/b"), ("/b", "/a")))
    assert normalise(recording(container=one)) == normalise(recording(container=other))


@pytest.mark.parametrize(("seen", "kept"), [(None, ()), ((), ("",)), (("/bin/sh",), ("/bin/sh",))])
def test_the_observation_becomes_the_fact(seen: tuple[str, ...] | None, kept: tuple[str, ...]) -> None:
    info = EngineContainer("a" * 64, "web")
    found = assemble("web", observed("a" * 64, "read", left_out=seen), info, this_host("6.1"), RUN)
    assert found.containers[0].left_out == kept
