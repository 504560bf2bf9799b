"""Recordings to policies, and to the texts of all files. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.errors import UsageError
from profilegen.formats import registry
from profilegen.policy.derive import derive_merged
from profilegen.profiles import folder
from profilegen.recording import called
from profilegen.recording.merge import merge
from profilegen.recording.subjects import each_subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.policy.model import Policy
    from profilegen.profiles.folder import Texts
    from profilegen.profiles.request import Request
    from profilegen.recording import Recording


@dataclass(frozen=True)
class Made:
    """What came of recordings.

    Attributes:
        recordings: those that it was made of, under the names that were chosen for them.
        merged: one of each subject.
        policies: by subject; one for each architecture, or one for all with ``multi_arch``.
        texts: the text of each file by subject and file name, in the order of the policies.
        translations: the same of ``translation.txt``, where calls were translated.
        reasons: the same of ``reasons.json``, which lies beside each seccomp profile.
    """

    recordings: tuple[Recording, ...]
    merged: tuple[Recording, ...]
    policies: tuple[Policy, ...]
    texts: Texts
    translations: Texts
    reasons: Texts

    @property
    def files(self) -> Texts:
        """Everything that belongs into a folder of profiles."""
        return self.texts | self.translations | self.reasons

    @property
    def subjects(self) -> frozenset[str]:
        """The names of all subjects."""
        return frozenset(policy.subject for policy in self.policies)

    @property
    def each_subject(self) -> tuple[tuple[Policy, ...], ...]:
        """The policies of each subject."""
        return tuple(folder.by_subject(self.policies))


def make(recordings: Iterable[Recording], request: Request) -> Made:
    """Derive the policies of each subject, and render the files that were asked for.

    Args:
        recordings: of any subjects, in any order, each in canonical form, as ``load`` returns it.
        request: what is wanted.

    Raises:
        IncompleteRecordingError: subjects have gaps that the profiles need filled, all in one error.
        UsageError: a subject was recorded on several architectures and none is chosen, or no file can be
            right on all that ``multi_arch`` asks for.
    """
    known = tuple(recordings)
    if request.subject and known:
        known = tuple(called(known, request.subject))
        known = known if len(known) == 1 else (merge(known),)
    merged = tuple(each_subject(known))
    policies = separate = derive_merged(merged, request.options, request.arches, request.subjects)
    if request.multi_arch:
        from profilegen.policy.multi_arch import together  # noqa: PLC0415 - seldom asked for

        groups = tuple(folder.by_subject(separate))
        if any(len(each) < 2 for each in groups):
            raise UsageError(
                "--multi-arch needs at least two --arch", "--arch amd64 --arch arm64 --multi-arch"
            )
        policies = tuple(together(each, request.options.measure) for each in groups)
    texts = folder.rendered(policies, request.files.values())
    if registry.SECCOMP not in request.formats:
        return Made(known, merged, policies, texts, {}, {})
    translations = folder.translations(separate)
    return Made(
        known, merged, policies, texts, translations, folder.reasons(policies, merged, texts | translations)
    )
