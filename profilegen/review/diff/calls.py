"""Calls that one filter lets through and another does not, on one architecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.conditions import Condition, Operator, in_words
from profilegen.review.findings import Finding, Level, Rule, Subject
from profilegen.review.opens import opens
from profilegen.review.places import place_of_call
from profilegen.seccomp.matching import allows
from profilegen.seccomp.subset import TooManyStepsError, counterexample
from profilegen.tables.errnos import errno_name
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profilegen.abi import Abi
    from profilegen.conditions import Alternatives, Conjunction
    from profilegen.profiles.confinement import Confinement
    from profilegen.seccomp.filter import Answer, Filter
    from profilegen.seccomp.reference import Reference


@dataclass(frozen=True)
class Sides:
    """Two filters of one subject on one architecture.

    Attributes:
        old: the older profiles.
        new: the newer ones.
        arch: the native architecture.
        measure: what a finding is compared with to be called wider than Docker's default.
    """

    old: Confinement
    new: Confinement
    arch: Abi
    measure: Reference

    @property
    def swapped(self) -> Sides:
        """The newer profiles as the older ones."""
        return Sides(self.new, self.old, self.arch, self.measure)

    @property
    def filters(self) -> tuple[Filter, Filter]:
        """The filters, the older one first."""
        return self.old.filter(self.arch), self.new.filter(self.arch)


def calls(sides: Sides) -> Iterator[Finding]:
    """What became possible, what is so no longer, and what is answered otherwise; by name.

    In doubt a call is reported: where two rules overlap, libseccomp's tree decides which of them wins.
    """
    old, new = sides.filters
    yield from _defaults(sides)
    yield from _abis(sides)
    for name in _names(old, new):
        if old.answers(name) == new.answers(name) and _same_default(old, new):
            continue
        wider, narrower = _more(sides, name), _more(sides.swapped, name)
        if wider is not None:
            yield _finding(Rule.WIDER, sides, name, wider)
        if narrower is not None:
            yield _finding(Rule.NARROWER, sides, name, narrower)
        if wider is None and narrower is None:
            yield from _answers(sides, name)


def _names(old: Filter, new: Filter) -> list[str]:
    """The calls of every listed ABI; only those with rules where the defaults differ."""
    known = {name for one in (old, new) for abi in one.abis for name in table(abi).names}
    named = {rule.name for one in (old, new) for rule in one.rules}
    everything = old.default.lets_through != new.default.lets_through
    return sorted(known & named if everything else known)


def _same_default(old: Filter, new: Filter) -> bool:
    return old.default.lets_through == new.default.lets_through


def _perhaps(one: Filter, name: str) -> Alternatives | None:
    """For which arguments a call may be let through, whichever of two overlapping rules wins."""
    if one.default.lets_through:
        return ()
    found = tuple(rule.conditions for rule in one.answers(name) if rule.answer.lets_through)
    return () if () in found else found or None


def _more(sides: Sides, name: str) -> Alternatives | None:
    """Conditions under which the newer filter lets through more; None: none; nothing: always."""
    old, new = sides.filters
    allowed, perhaps = old.allowed_for(name), _perhaps(new, name)
    if perhaps is None:
        return None
    more = tuple(one for one in perhaps or ((),) if not allows(allowed, one))
    if not more:
        return None
    return () if more == ((),) else more


def _finding(rule: Rule, sides: Sides, name: str, more: Alternatives) -> Finding:
    gained = sides if rule is Rule.WIDER else sides.swapped
    base, _ = gained.filters
    words = f" with {' or '.join(map(in_words, more[:3]))}" if more else ""
    partly = f"{_example(base.allowed_for(name), more)}" if base.allowed_for(name) is not None else ""
    verb = "is allowed" if rule is Rule.WIDER else "is no longer allowed"
    what, source = opens(name, more) if rule is Rule.WIDER else ("", "")
    measured = sides.measure.allows_for(name, sides.arch, gained.new.bounding_set)
    return Finding(
        rule,
        Level.ERROR if rule is Rule.WIDER else Level.NOTE,
        sides.new.subject or sides.old.subject,
        Subject.SYSCALL,
        name,
        f"{name}{words} {verb}{partly}",
        arch=sides.arch,
        conditions=more,
        opens=what,
        source=source,
        wider=rule is Rule.WIDER and not all(allows(measured, one) for one in more or ((),)),
        place=place_of_call(sides.new, sides.arch, name),
    )


def _example(base: Alternatives | None, more: Alternatives) -> str:
    """Arguments that became possible, where some were before."""
    for conditions in more or ((),):
        found = _gained(conditions, base or ())
        if found:
            values = (Condition(index, Operator.EQUAL, value) for index, value in sorted(found.items()))
            return f", for example {in_words(values)}"
    return ""


def _gained(conditions: Conjunction, base: Alternatives) -> dict[int, int]:
    try:
        return dict(counterexample(conditions, base) or {})
    except TooManyStepsError:
        return {}


def _answers(sides: Sides, name: str) -> Iterator[Finding]:
    """A refusal that is another one now, apart from that of the default."""
    old, new = sides.filters
    was, now = _answer(old, name), _answer(new, name)
    if was is None or now is None or was == now or (was, now) == (old.default, new.default):
        return
    yield _changed(
        sides,
        name,
        Subject.SYSCALL,
        f"{name} is answered {_said(sides.arch, now)}, not {_said(sides.arch, was)}",
    )


def _answer(one: Filter, name: str) -> Answer | None:
    """How a call is refused whatever its arguments; None: that depends on them, or it is let through."""
    found = one.answers(name)
    answer = one.default if not found else found[0].answer if not found[0].conditions else None
    return None if answer is None or answer.lets_through else answer


def _said(arch: Abi, answer: Answer) -> str:
    return errno_name(arch, answer.number) if answer.number else answer.action.value


def _changed(sides: Sides, name: str, about: Subject, text: str) -> Finding:
    subject = sides.new.subject or sides.old.subject
    place = place_of_call(sides.new, sides.arch, name if about is Subject.SYSCALL else "")
    return Finding(Rule.CHANGED, Level.WARNING, subject, about, name, text, arch=sides.arch, place=place)


def _defaults(sides: Sides) -> Iterator[Finding]:
    old, new = sides.filters
    if old.default == new.default:
        return
    was, now = (_said(sides.arch, one.default) for one in (old, new))
    if _same_default(old, new):
        yield _changed(
            sides, "defaultAction", Subject.PROFILE, f"calls that are not named get {now}, not {was}"
        )
        return
    wider = new.default.lets_through
    yield Finding(
        Rule.WIDER if wider else Rule.NARROWER,
        Level.ERROR if wider else Level.NOTE,
        sides.new.subject or sides.old.subject,
        Subject.PROFILE,
        "defaultAction",
        f"every call that is not named is {'allowed' if wider else 'refused'}: {now}, not {was}",
        arch=sides.arch,
        wider=wider,
        place=place_of_call(sides.new, sides.arch, ""),
    )


def _abis(sides: Sides) -> Iterator[Finding]:
    old, new = (frozenset(one.abis) for one in sides.filters)
    for abi in sorted(old ^ new):
        wider = abi in new
        yield Finding(
            Rule.WIDER if wider else Rule.NARROWER,
            Level.ERROR if wider else Level.NOTE,
            sides.new.subject or sides.old.subject,
            Subject.PROFILE,
            abi.scmp,
            f"{abi.scmp} is {'listed: its programs run' if wider else 'not listed: its programs die'}",
            arch=sides.arch,
            wider=wider and not sides.measure.lists(abi, sides.arch),
            place=place_of_call(sides.new, sides.arch, ""),
        )
