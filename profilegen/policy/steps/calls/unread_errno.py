"""Step: engines that were used while recording and ignore the profile's default errno are named.

Docker copies ``defaultErrnoRet`` since 23.0 (moby pull request 42604); before, runc answers EPERM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.policy.model import Severity
from profilegen.tables.engines.runtime_baseline import within
from profilegen.tables.errnos import errno_name, errno_of
from profilegen.text import printable

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft

_IGNORING = "1-22.99"
_ANSWER = "EPERM"


def ignores_default_errno(docker: str) -> bool:
    """True for a version of Docker Engine that answers EPERM whatever ``defaultErrnoRet`` says."""
    return within(docker, _IGNORING)


def unread_default_errno(draft: Draft) -> Draft:
    """Say that calls which no rule is for get EPERM, where the user chose another errno."""
    chosen = draft.options.default_errno
    versions = sorted(
        {
            one.engine_version
            for one in draft.recording.containers
            if one.engine == "docker" and ignores_default_errno(one.engine_version)
        }
    )
    if chosen == errno_of(_ANSWER) or not versions:
        return draft
    text = (
        f"Docker {printable(versions[0], 40)} does not read defaultErrnoRet (23.0 and later do): calls that "
        f"the profile does not name get {_ANSWER} there, not {errno_name(draft.arch, chosen)}"
    )
    return draft.note(Severity.NOTE, text)
