"""Which checks of a capability ``--cap-add`` is about."""

from __future__ import annotations

import pytest

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.policy.capability_need import CapabilityClass, capability_class
from profilegen.recording import CapabilityCheck, CapabilityUse, Phase

ADMIN = {"capability": Capability.CAP_SYS_ADMIN}


def check(**changes: object) -> CapabilityCheck:
    needed = {
        "capability": Capability.CAP_CHOWN,
        "granted": True,
        "own_credentials": True,
        "own_user_namespace": True,
        "task_user_namespace": True,
        "audited": True,
        "phase": Phase.APP,
        "abi": Abi.X86_64,
        "syscalls": ("fchownat",),
    }
    return CapabilityCheck.model_validate({**needed, **changes})


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, CapabilityClass.NEEDED),
        ({"audited": None, "task_user_namespace": None}, CapabilityClass.NEEDED),
        ({"granted": False}, CapabilityClass.REFUSED),
        ({"granted": False, "own_credentials": False, "audited": False}, CapabilityClass.REFUSED),
        ({"phase": Phase.RUNTIME}, CapabilityClass.RUNTIME),
        ({"own_credentials": False}, CapabilityClass.BORROWED),
        ({"own_user_namespace": False}, CapabilityClass.OTHER_NAMESPACE),
        ({"audited": False}, CapabilityClass.UNAUDITED),
        ({**ADMIN, "audited": False, "syscalls": ("mmap",)}, CapabilityClass.UNAUDITED),
        ({**ADMIN, "audited": False, "syscalls": ("seccomp",)}, CapabilityClass.NEEDED),
        ({"use": CapabilityUse.INHERITABLE}, CapabilityClass.NEEDED),
        ({"use": CapabilityUse.AMBIENT}, CapabilityClass.NEEDED),
        ({"use": CapabilityUse.PERMITTED}, CapabilityClass.NEEDED),
        ({"use": CapabilityUse.USER_NAMESPACE}, CapabilityClass.NEEDED),
        ({"use": CapabilityUse.CHOSEN}, CapabilityClass.CHOSEN),
        ({"use": CapabilityUse.AMBIENT, "granted": False}, CapabilityClass.REFUSED),
        ({"use": CapabilityUse.PERMITTED, "own_user_namespace": False}, CapabilityClass.OTHER_NAMESPACE),
    ],
)
def test_the_class_of_a_check(changes: dict[str, object], kind: CapabilityClass) -> None:
    assert capability_class(check(**changes)) is kind


def test_only_the_needed_ones_count() -> None:
    assert [kind for kind in CapabilityClass if kind.counts] == [CapabilityClass.NEEDED]
