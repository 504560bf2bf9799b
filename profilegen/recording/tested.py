"""Which tests used a call, a capability or a file, by their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profilegen.recording.evidence.attribution import ONE_OF, PHASES
from profilegen.recording.number_sets import from_text, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profilegen.abi import Abi
    from profilegen.capabilities import Capability
    from profilegen.recording.evidence.attribution import Attribution, InTests
    from profilegen.recording.evidence.calls import Argument

START_UP, SHUTDOWN = "(start-up)", "(shutdown)"
"""Stand among the names of tests: a container that several tests used was started, or stopped."""
_FEW = 3


@dataclass(frozen=True, slots=True)
class Tested:
    """The tests in which something was seen, while they ran; whether because of them nobody can say.

    Attributes:
        tests: sorted; ``NODEID``, or with a phase that is not the test's own ``NODEID|setup``,
            ``NODEID|teardown``, and START_UP and SHUTDOWN before all.
        one_of: tests that ran at once, of which one or several used it.
    """

    tests: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them as text: ``one of A, B`` is one."""
        return self.tests if not self.one_of else (*self.tests, "one of " + ", ".join(self.one_of))

    @property
    def few(self) -> tuple[tuple[str, ...], int]:
        """The first few names, as a line of profiles has them, and how many there are beside them."""
        return self.names[:_FEW], max(0, len(self.names) - _FEW)


def of_call(attribution: Attribution, name: str, abis: Iterable[Abi] = ()) -> Tested:
    """Tests that used a call, of any ABI or of these."""
    chosen = set(abis)
    return _named(
        attribution,
        (
            one.seen
            for one in attribution.calls
            if one.name == name and not one.values and (not chosen or one.abi in chosen)
        ),
    )


def of_arguments(attribution: Attribution, name: str, values: tuple[Argument, ...]) -> Tested:
    """Tests that used a call with arguments, as a recording holds them."""
    return _named(
        attribution, (one.seen for one in attribution.calls if one.name == name and one.values == values)
    )


def of_capability(attribution: Attribution, capability: Capability) -> Tested:
    """Tests that asked for a capability, and had it; without audit only if nothing asked with."""
    checks = [one for one in attribution.capabilities if one.capability is capability]
    audited = [one for one in checks if one.audited]
    return _named(attribution, (one.seen for one in audited or checks))


def of_path(attribution: Attribution, path: str) -> Tested:
    """The first test, of each run, in which a file was used."""
    return _named(attribution, (one.seen for one in attribution.paths if one.path == path))


def _named(attribution: Attribution, parts: Iterable[InTests]) -> Tested:
    bits = dict.fromkeys((*PHASES, ONE_OF), 0)
    passing = set()
    for seen in parts:
        for name in bits:
            bits[name] |= from_text(getattr(seen, name))
        passing |= {word for word, told in ((START_UP, seen.start_up), (SHUTDOWN, seen.shutdown)) if told}
    tests = {
        name if phase == "call" else f"{name}|{phase}"
        for phase in PHASES
        for name in _names(attribution, bits[phase])
    }
    one_of = _names(attribution, bits[ONE_OF])
    return Tested((*sorted(passing, reverse=True), *sorted(tests)), tuple(sorted(one_of)))


def _names(attribution: Attribution, bits: int) -> list[str]:
    return [attribution.names[place] for place in numbers(bits) if place < len(attribution.names)]
