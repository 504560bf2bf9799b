"""Which checks of a capability ``--cap-add`` is about."""

from __future__ import annotations

from functools import partial

import pytest

from profilegen.capabilities import Capability
from profilegen.policy.capability_need import Need, need_of
from profilegen.recording import CapabilityUse, Phase
from tests.support import recordings

ADMIN = {"capability": Capability.CAP_SYS_ADMIN}


check = partial(recordings.check, task_user_namespace=True, audited=True)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, Need.NEEDED),
        ({"audited": None, "task_user_namespace": None}, Need.NEEDED),
        ({"granted": False}, Need.REFUSED),
        ({"granted": False, "own_credentials": False, "audited": False}, Need.REFUSED),
        ({"phase": Phase.RUNTIME}, Need.RUNTIME),
        ({"own_credentials": False}, Need.BORROWED),
        ({"own_user_namespace": False}, Need.OTHER_NAMESPACE),
        ({"audited": False}, Need.UNAUDITED),
        ({**ADMIN, "audited": False, "syscalls": ("mmap",)}, Need.UNAUDITED),
        ({**ADMIN, "audited": False, "syscalls": ("seccomp",)}, Need.NEEDED),
        ({"use": CapabilityUse.INHERITABLE}, Need.NEEDED),
        ({"use": CapabilityUse.AMBIENT}, Need.NEEDED),
        ({"use": CapabilityUse.PERMITTED}, Need.NEEDED),
        ({"use": CapabilityUse.USER_NAMESPACE}, Need.NEEDED),
        ({"use": CapabilityUse.CHOSEN}, Need.CHOSEN),
        ({"use": CapabilityUse.AMBIENT, "granted": False}, Need.REFUSED),
        ({"use": CapabilityUse.PERMITTED, "own_user_namespace": False}, Need.OTHER_NAMESPACE),
    ],
)
def test_the_class_of_a_check(changes: dict[str, object], kind: Need) -> None:
    assert need_of(check(**changes)) is kind


def test_only_the_needed_ones_count() -> None:
    assert [kind for kind in Need if kind.counts] == [Need.NEEDED]
