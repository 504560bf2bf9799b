"""Recordings in, policy out: the steps in their order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from profilegen.errors import IncompleteRecordingError, UsageError
from profilegen.policy.draft import Draft
from profilegen.policy.model import Policy
from profilegen.policy.options import Choices, DeriveOptions
from profilegen.policy.privileges import no_new_privileges
from profilegen.policy.steps.by_hand import files_by_hand
from profilegen.policy.steps.calls.arguments import conditioned
from profilegen.policy.steps.calls.by_hand import allowed_by_hand, arguments_by_hand, denied_by_hand
from profilegen.policy.steps.calls.clone3 import clone_instead_of_clone3
from profilegen.policy.steps.calls.closure import sibling_closure, timing_closure
from profilegen.policy.steps.calls.fallbacks import answered_enosys
from profilegen.policy.steps.calls.foreign import foreign_refusals
from profilegen.policy.steps.calls.guard import unseen_within_default, wider_than_default
from profilegen.policy.steps.calls.init import init_baseline
from profilegen.policy.steps.calls.observed import observed_calls
from profilegen.policy.steps.calls.refused import refused_calls
from profilegen.policy.steps.calls.risks import dangers_left
from profilegen.policy.steps.calls.runtime import runtime_baseline, runtime_calls
from profilegen.policy.steps.calls.translated import translation_reasons
from profilegen.policy.steps.calls.unknown import existing_calls
from profilegen.policy.steps.calls.unread_errno import unread_default_errno
from profilegen.policy.steps.capabilities.alternatives import one_of_each
from profilegen.policy.steps.capabilities.by_hand import capabilities_by_hand
from profilegen.policy.steps.capabilities.kept import dropped_capabilities, kept_capabilities
from profilegen.policy.steps.capabilities.low_ports import low_ports
from profilegen.policy.steps.capabilities.refused import refused_capabilities
from profilegen.policy.steps.capabilities.unaudited import looked_at_capabilities
from profilegen.policy.steps.capabilities.user import common_user
from profilegen.policy.steps.completeness import complete_or_allowed
from profilegen.policy.steps.confidence import seen_once
from profilegen.policy.steps.images import images_and_projects
from profilegen.policy.steps.networks import address_families
from profilegen.policy.steps.outside import programs_from_outside
from profilegen.policy.steps.paths import opened_files
from profilegen.policy.steps.unseen import unseen_circumstances
from profilegen.policy.translation import translated
from profilegen.recording import of_natives
from profilegen.recording.subjects import each_subject
from profilegen.tables.errnos import errno_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from profilegen.abi import Abi
    from profilegen.recording import Recording

STEPS: tuple[Callable[[Draft], Draft], ...] = (
    complete_or_allowed,
    kept_capabilities,
    one_of_each,
    low_ports,
    capabilities_by_hand,
    common_user,
    refused_capabilities,
    looked_at_capabilities,
    existing_calls,
    observed_calls,
    clone_instead_of_clone3,
    timing_closure,
    sibling_closure,
    runtime_calls,
    runtime_baseline,
    init_baseline,
    allowed_by_hand,
    unseen_within_default,
    translation_reasons,
    answered_enosys,
    unread_default_errno,
    conditioned,
    arguments_by_hand,
    foreign_refusals,
    refused_calls,
    denied_by_hand,
    wider_than_default,
    dangers_left,
    opened_files,
    address_families,
    files_by_hand,
    programs_from_outside,
    unseen_circumstances,
    seen_once,
    images_and_projects,
)


def derive(recording: Recording, options: DeriveOptions | None = None) -> Policy:
    """The policy of one subject.

    Args:
        recording: all that is known of the subject, in canonical form, as ``load`` and ``merge`` return it.
        options: the user's choices (default: none).

    Raises:
        IncompleteRecordingError: something is missing that the profiles need, and the options do
            not accept that.
        UsageError: several architectures, and none chosen.
    """
    options = options or DeriveOptions()
    draft = _start(recording, options)
    for step in STEPS:
        draft = step(draft)
    return Policy(
        subject=draft.recording.subject,
        arch=draft.arch,
        abis=draft.abis,
        default_errno=errno_on(draft.arch, options.default_errno),
        syscalls=draft.rules,
        capabilities=draft.capabilities,
        no_new_privileges=no_new_privileges(draft.recording),
        files=draft.files,
        denied_files=draft.denied_files,
        networks=draft.networks,
        notes=draft.notes,
        dropped=dropped_capabilities(draft),
        user=draft.user,
        low_ports=draft.low_ports,
        translated_from=draft.translation.sources if draft.translation else (),
        main=draft.translation is None,
        wider=draft.wider,
        risks=draft.risks,
        measure=draft.measure.title,
        engine=min((one.engine for one in draft.recording.containers if one.engine), default=""),
        daemon_labels=tuple(
            sorted({one.daemon_label for one in draft.recording.containers if one.daemon_label})
        ),
        runtimes=bool(draft.recording.containers or options.runtimes),
    )


def derive_each(
    recordings: Iterable[Recording],
    options: DeriveOptions | None = None,
    arches: Iterable[Abi] = (),
    subjects: Mapping[str, Choices] | None = None,
) -> tuple[Policy, ...]:
    """The policies of each subject, sorted by subject: one, or one for each architecture.

    A service of that name in several projects is several subjects.

    Args:
        recordings: of any subjects, in any order, each in canonical form, as ``load`` returns it.
        options: the user's choices (default: none).
        arches: native ABIs to derive for, instead of the one in the options. Of one subject those that were
            recorded come first.
        subjects: what is chosen for a subject of that name instead.

    Raises:
        IncompleteRecordingError: of all subjects with a gap, in one error.
        UsageError: as for :func:`derive`.
    """
    return derive_merged(each_subject(recordings), options, arches, subjects)


def derive_merged(
    recordings: Iterable[Recording],
    options: DeriveOptions | None = None,
    arches: Iterable[Abi] = (),
    subjects: Mapping[str, Choices] | None = None,
) -> tuple[Policy, ...]:
    """Derive the policies of recordings that are one of each subject, as ``each_subject`` returns them."""
    general = Choices(options or DeriveOptions(), tuple(arches))
    policies, gaps = [], []
    for merged in recordings:
        chosen = (subjects or {}).get(merged.subject, general)
        each = [replace(chosen.options, arch=arch) for arch in dict.fromkeys(chosen.arches)]
        try:
            derived = [derive(merged, one) for one in each or [chosen.options]]
        except IncompleteRecordingError as error:
            gaps.append(error)
        else:
            first, *others = sorted(derived, key=lambda policy: bool(policy.translated_from))
            policies += [first, *(one.model_copy(update={"main": False}) for one in others)]
    if gaps:
        raise IncompleteRecordingError("; ".join(gap.cause for gap in gaps), gaps[0].hint)
    return tuple(policies)


def _start(recording: Recording, options: DeriveOptions) -> Draft:
    recorded = sorted({host.arch.native for host in recording.hosts})
    arch = options.arch or _only(recorded, recording)
    translation = None if arch in recorded else translated(recording, arch)
    if translation is None:
        recording = of_natives(recording, {arch})
    there = translation.recording if translation else recording
    compat = sorted({call.abi for call in there.syscalls} - {arch})
    return Draft(there, recording, options, arch, (arch, *compat), translation=translation)


def _only(recorded: list[Abi], recording: Recording) -> Abi:
    if len(recorded) == 1:
        return recorded[0]
    seen = " and ".join(arch.docker for arch in recorded) or "no architecture"
    raise UsageError(f"the recording of {recording.subject} names {seen}", "choose one: --arch ARCH")
