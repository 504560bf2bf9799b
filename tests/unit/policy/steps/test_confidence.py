"""How much one more run may add is noted."""

from __future__ import annotations

from profilegen.policy.model import Severity
from tests.support.recordings import (
    RUN,
    call,
    policy_of,
    recording,
    texts,
)


def test_one_run_is_not_enough() -> None:
    assert any("one run only" in text for text in texts(policy_of(recording()), Severity.NOTE))


def test_of_several_runs_what_only_one_saw_is_told() -> None:
    other = "1" * 32
    both = call("read").model_copy(update={"runs": (RUN, other)})
    policy = policy_of(recording(run_ids=(RUN, other), syscalls=(both, call("write"))))
    assert "seen in one of 2 runs only (1 of 2 calls): write" in texts(policy, Severity.NOTE)
