"""Known workloads that make 40 rare calls once: how often a recording has all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from profilegen.recording import Recording, load
from tests.support.recorder import calls, recording

SOURCES = Path(__file__).parents[1] / "programs"
FORTY = frozenset((SOURCES / "calls40.txt").read_text().split())
TWENTY_THREE = frozenset((SOURCES / "calls23.txt").read_text().split())
PROFILES = Path(__file__).parent / "profiles"


@dataclass(frozen=True)
class Case:
    """One circumstance.

    `run` starts the container of that name, waits for its end and leaves none behind. The programs make the
    calls `expected`, may make those of `besides`, and no other.
    """

    name: str
    run: Callable[[str], None]
    expected: frozenset[str] = FORTY
    besides: frozenset[str] | None = frozenset({"exit_group"})
    """None: a shell took part, which makes what it likes."""

    def container(self, number: int) -> str:
        """The name for its run of that number."""
        return f"forty-{self.name}-{number}"


def run_recorded(case: Case, runs: int, directory: Path) -> list[Recording]:
    """The recording of each run of the case, one after another under one recorder."""
    names = [case.container(number) for number in range(runs)]
    chosen = (word for name in names for word in ("--container", name))
    with recording("-o", str(directory), *chosen):
        for name in names:
            case.run(name)
    return [load(directory / f"{name}.recording.json") for name in names]


def found(case: Case, recorded: Recording) -> frozenset[str]:
    """Those of the expected calls that are recorded as the program's."""
    return case.expected & calls(recorded)


def unexpected(case: Case, recorded: Recording) -> frozenset[str]:
    """What is recorded as the program's and cannot have been made by it."""
    if case.besides is None:
        return frozenset()
    return frozenset(calls(recorded)) - case.expected - case.besides
