"""Recordings in, policy out: the steps in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.errors import IncompleteRecordingError, UsageError
from profilegen.policy.capabilities import dropped_capabilities, kept_capabilities
from profilegen.policy.clone3 import clone_instead_of_clone3
from profilegen.policy.completeness import complete_or_allowed
from profilegen.policy.conditions import conditioned
from profilegen.policy.draft import Draft
from profilegen.policy.fallbacks import answered_enosys
from profilegen.policy.files import opened_files
from profilegen.policy.guard import wider_than_default
from profilegen.policy.model import Policy
from profilegen.policy.networks import address_families
from profilegen.policy.observed import observed_calls
from profilegen.policy.options import Options
from profilegen.policy.privileges import no_new_privileges
from profilegen.policy.refused import refused_calls
from profilegen.policy.runs import seen_once
from profilegen.policy.runtime import runtime_baseline, runtime_calls
from profilegen.policy.siblings import sibling_closure
from profilegen.policy.timing import timing_closure
from profilegen.policy.users import common_user
from profilegen.recording import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from profilegen.arch import Abi
    from profilegen.recording import Recording

STEPS: tuple[Callable[[Draft], Draft], ...] = (
    complete_or_allowed,
    kept_capabilities,
    common_user,
    observed_calls,
    clone_instead_of_clone3,
    timing_closure,
    sibling_closure,
    runtime_calls,
    runtime_baseline,
    answered_enosys,
    conditioned,
    refused_calls,
    wider_than_default,
    opened_files,
    address_families,
    seen_once,
)


def derive(recordings: Iterable[Recording], options: Options | None = None) -> Policy:
    """The policy of one subject.

    Args:
        recordings: of one subject, in any order.
        options: the user's choices (default: none).

    Raises:
        IncompleteRecordingError: something is missing that the profiles need, and the options do
            not accept that.
        UsageError: no recording, several subjects, or an architecture that was not recorded.
    """
    options = options or Options()
    draft = _start(merge(recordings), options)
    for step in STEPS:
        draft = step(draft)
    return Policy(
        subject=draft.recording.subject,
        arch=draft.arch,
        abis=draft.abis,
        default_errno=options.default_errno,
        syscalls=draft.rules,
        capabilities=draft.capabilities,
        no_new_privileges=no_new_privileges(draft.recording),
        files=draft.files,
        networks=draft.networks,
        notes=draft.notes,
        dropped=dropped_capabilities(draft),
        user=draft.user,
    )


def derive_each(recordings: Iterable[Recording], options: Options | None = None) -> tuple[Policy, ...]:
    """One policy for each subject, sorted by subject.

    Raises:
        IncompleteRecordingError: of all subjects with a gap, in one error.
        UsageError: as for :func:`derive`.
    """
    subjects: dict[str, list[Recording]] = {}
    for recording in recordings:
        subjects.setdefault(recording.subject, []).append(recording)
    policies, gaps = [], []
    for _, group in sorted(subjects.items()):
        try:
            policies.append(derive(group, options))
        except IncompleteRecordingError as error:
            gaps.append(error)
    if gaps:
        raise IncompleteRecordingError("; ".join(gap.cause for gap in gaps), gaps[0].hint)
    return tuple(policies)


def _start(recording: Recording, options: Options) -> Draft:
    arch = _native(recording, options.arch)
    ours = {
        name: tuple(item for item in getattr(recording, name) if item.abi.native is arch)
        for name in ("syscalls", "arguments", "refused", "capabilities")
    }
    compat = sorted({call.abi for call in ours["syscalls"]} - {arch})
    return Draft(recording.model_copy(update=ours), options, arch, (arch, *compat))


def _native(recording: Recording, wanted: Abi | None) -> Abi:
    recorded = sorted({host.arch.native for host in recording.hosts})
    if wanted is None and len(recorded) == 1:
        return recorded[0]
    if wanted is None:
        seen = " and ".join(arch.docker for arch in recorded) or "no architecture"
        raise UsageError(f"the recording of {recording.subject} names {seen}", "choose one: --arch ARCH")
    if wanted not in recorded:
        raise UsageError(
            f"{recording.subject} was not recorded on {wanted.docker}, and profilegen cannot translate to "
            "another architecture yet",
            "record it there, or leave --arch out",
        )
    return wanted
