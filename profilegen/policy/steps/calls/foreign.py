"""Step: what the reference would have allowed, some other profile has refused.

A recording may be made under a profile of ours, to see what that one lacks. What it refused tells nothing of
what the program can do without, so no rule repeats it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from profilegen.conditions import in_words
from profilegen.policy.model import Severity
from profilegen.policy.refusals import Judge
from profilegen.seccomp.matching import admits, exactly

if TYPE_CHECKING:
    from profilegen.policy.draft import Draft


def foreign_refusals(draft: Draft) -> Draft:
    """Report them, whatever becomes of them, unless the profile allows them for another reason."""
    judge = Judge.of(draft)
    rules = {rule.name: rule.conditions for rule in draft.rules}
    found: dict[tuple[str, bool], dict[str, None]] = defaultdict(dict)
    for item in draft.recording.refused:
        values, ours = dict(item.values), rules.get(item.name)
        if item.name == "clone3" or ours == () or (ours and admits(ours, values)):
            continue
        measure = judge.would_allow(item)
        if measure is not None:
            arguments = f" with {in_words(exactly(draft.arch, item.name, values))}" if ours and values else ""
            found[measure.title, judge.repeats(item)][f"{item.name}{arguments}"] = None
    who = "engine's own default" if judge.engines_own else "profile that the container ran under"
    for (title, repeated), names in found.items():
        was, it, needed = ("was", "it", "it is") if len(names) == 1 else ("were", "them", "they are")
        text = f"{{}} {was} refused while recording by the {who}, {title} would have allowed {it}: "
        then = f"record under {title} to see whether {needed} needed"
        text += "the profile gives the same answer" if repeated else then
        draft = draft.note_list(Severity.NOTE, text, tuple(names))
    return draft
