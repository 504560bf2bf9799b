"""Run every circumstance a number of times and print how many of its calls were found."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.support.circumstances import CASES
from tests.support.forty import found, run_recorded, unexpected


def main() -> int:
    """The exit status: 1 if a call is missing, or one is there that was not made."""
    parser = argparse.ArgumentParser(prog="scripts/test-nothing-lost", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="of each case (default: 20)")
    parser.add_argument("case", nargs="*", help="default: all")
    wanted = parser.parse_args()
    if unknown := set(wanted.case) - set(CASES):
        parser.error(f"no such case: {' '.join(sorted(unknown))}; there are: {' '.join(CASES)}")
    right = True
    print(f"{'case':28} found/expected in {wanted.runs} runs", flush=True)
    for name in wanted.case or CASES:
        case = CASES[name]
        with tempfile.TemporaryDirectory() as directory:
            recordings = run_recorded(case, wanted.runs, Path(directory))
        count = sum(len(found(case, recorded)) for recorded in recordings)
        expected = len(case.expected) * wanted.runs
        strange = sorted(frozenset[str]().union(*(unexpected(case, recorded) for recorded in recordings)))
        right = right and count == expected and not strange
        print(f"{name:28} {count}/{expected}", *(f"and {call}" for call in strange), flush=True)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
