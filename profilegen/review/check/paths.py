"""Files that were used in another way than the committed AppArmor profile allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profilegen.formats.apparmor.engine import refused_letters
from profilegen.formats.apparmor.letters import ORDER, letters_of
from profilegen.formats.apparmor.patterns import pattern
from profilegen.formats.apparmor.read import letters_for, path_rules
from profilegen.recording import tested
from profilegen.review.findings import Finding, Level, Rule, Subject
from profilegen.review.places import place_of_path
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.profiles.confinement import Confinement
    from profilegen.review.check.need import Needs


def refused_paths(needs: Needs, confinement: Confinement) -> Iterator[Finding]:
    """A finding for each path that needs letters which the committed rules do not have.

    What the engines' own profiles refuse as well is none; ``emit`` says so by itself.
    """
    if not confinement.apparmor:
        return
    rules = tuple(path_rules(confinement.apparmor))
    for rule in needs.policy.files:
        quoted = pattern(rule.path)
        if quoted is None:
            continue
        wanted = letters_of(rule)
        wanted -= frozenset(refused_letters(rule.path, wanted))
        missing = wanted - letters_for(rules, rule.path)
        if missing:
            letters = "".join(letter for letter in ORDER if letter in missing)
            yield Finding(
                Rule.NEW_PATH,
                Level.ERROR,
                needs.recording.subject,
                Subject.PATH,
                rule.path,
                f"{printable(rule.path, 300)} needs {letters}: {printable(rule.reasons[0].text, 200)}",
                tests=tested.of_path(needs.recording.attribution, rule.path).names,
                fix=f'"{quoted}" {letters},',
                place=place_of_path(confinement),
            )
