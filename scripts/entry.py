"""How the Python scripts here begin: print their help if it is asked for, and go on in .venv."""

import importlib.util
import os
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PYTHON = TOP / ".venv" / "bin" / "python"


def help_if_asked(text: str | None) -> None:
    """Print the script's docstring and end if its first argument is --help or -h."""
    if sys.argv[1:2] in (["-h"], ["--help"]):
        sys.stdout.write(f"{text}")
        sys.exit()


def enter_venv() -> None:
    """Go on in .venv, with profilegen and its tests; without one, as in a guest of scripts/vm, right here."""
    if PYTHON.exists() and Path(sys.prefix) != TOP / ".venv":
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606  the same script, in its environment
    sys.path.insert(0, str(TOP))
    if importlib.util.find_spec("pydantic") is None:
        sys.exit(f"{sys.argv[0]}: what profilegen is made of is missing here; run scripts/setup")
