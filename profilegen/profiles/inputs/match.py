"""Which profiles belong to which subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from profilegen.profiles.confinement import Confinement


def matched(subjects: Sequence[str], confinements: Sequence[Confinement]) -> Mapping[str, Confinement]:
    """The profiles by subject.

    Args:
        subjects: those that were recorded.
        confinements: those that were read. One that names no subject is everybody's; if one subject was
            recorded and one has profiles, they belong together whatever they are called.
    """
    if len(confinements) == 1 and (len(subjects) == 1 or not confinements[0].subject):
        return dict.fromkeys(subjects, confinements[0])
    return {one.subject: one for one in confinements}
