"""The typer application and the one place where errors become text and exit codes."""

from __future__ import annotations

import gc
import sys
from inspect import cleandoc
from io import TextIOWrapper
from typing import Annotated

import typer

from profilegen import __version__
from profilegen.cli.check import check
from profilegen.cli.diff import diff
from profilegen.cli.doctor import doctor
from profilegen.cli.emit import emit
from profilegen.cli.group import Group
from profilegen.cli.init import init
from profilegen.cli.merge import merge
from profilegen.cli.minimize import minimize
from profilegen.cli.optional_value import OptionalValueCommand
from profilegen.cli.raw_parameters import PlainCommand
from profilegen.cli.record import record
from profilegen.cli.show import show
from profilegen.cli.stderr import report
from profilegen.cli.tables import tables
from profilegen.errors import ExitCode, ProfilegenError

_HELP = """Record what a container does and emit the tightest profiles that let it do exactly that.

profilegen record watches containers with eBPF while their tests run; profilegen emit turns the
recording into seccomp.json, docker-run.args and an AppArmor profile.

First steps:

  profilegen doctor
  profilegen record -o recordings -- docker run --rm IMAGE
  profilegen emit recordings -o profiles

Exit codes:

  0  ok
  1  unexpected
  2  usage or unreadable input
  3  cannot trace here
  4  container or engine not reachable, not found, or nothing recorded
  5  recording incomplete
  6  drift: the program needs more than the profile allows, or than Docker's default (--no-wider)
  7  refused under the profile

record ends with its command's status if that is not 0.
"""


def _laid_out(text: str | None) -> str:
    r"""Help whose indented paragraphs, the examples, keep their lines: click's ``\b`` mark."""
    paragraphs = cleandoc(text or "").split("\n\n")
    return "\n\n".join("\b\n" + p if p.startswith("  ") else p for p in paragraphs)


app = typer.Typer(
    name="profilegen",
    cls=Group,
    help=_laid_out(_HELP),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# What follows COMMAND on the command line is COMMAND's.
_OWN_OPTIONS_FIRST = {"allow_interspersed_args": False}
for command, line, kind, settings in (
    (record, "Watch containers and save what they do.", PlainCommand, _OWN_OPTIONS_FIRST),
    (emit, "Turn recordings into profiles.", PlainCommand, None),
    (merge, "Merge recordings of one subject.", PlainCommand, None),
    (check, "Fail if a program needs more than its profiles allow.", OptionalValueCommand, None),
    (diff, "Compare two profiles by meaning.", PlainCommand, None),
    (init, "Write a project file with what is found here.", PlainCommand, None),
    (minimize, "Find what the tests pass without.", None, _OWN_OPTIONS_FIRST),
    (show, "Show what a recording holds.", PlainCommand, None),
    (doctor, "Check whether this machine can record.", None, None),
    (tables, "Look up system calls and architectures.", PlainCommand, None),
):
    app.command(help=_laid_out(command.__doc__), short_help=line, cls=kind, context_settings=settings)(
        command
    )


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"profilegen {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options that stand before the command."""


def main() -> None:
    """Entry point of ``profilegen``."""
    gc.disable()  # importing makes no garbage, and looking for it takes a tenth of the start
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path may have what the terminal's charset lacks
    try:
        app(prog_name="profilegen")  # whatever it was called as, its errors name a command that exists
    except ProfilegenError as error:
        report(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe is gone; the interpreter would complain at its end
        sys.exit(ExitCode.UNEXPECTED)
