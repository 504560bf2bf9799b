"""The group of all commands: what typer finds wrong on the command line reads like every other error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from profilegen.cli.raw_parameters import PlainGroup, missing, named
from profilegen.errors import UsageError
from profilegen.text import close_matches

if TYPE_CHECKING:
    from collections.abc import Iterator

_TypersUsageError: type[Any] = typer.BadParameter.__mro__[1]  # click's, from wherever typer takes click


class Group(PlainGroup):
    """Raises :class:`UsageError` for itself and for each of its commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Parse the options before the command."""
        with _as_ours(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Find, parse and run the command."""
        with _as_ours(ctx):
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command, with a suggestion if there is none of that name."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            close = close_matches(name, self.list_commands(ctx))
            raise UsageError(f"there is no command {name[:100]!r}{close}", f"{ctx.command_path} --help")
        return super().resolve_command(ctx, args)


@contextmanager
def _as_ours(context: Any) -> Iterator[None]:
    try:
        yield
    except _TypersUsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # shows the help, and is meant to
            raise
        commands = [context.command_path, context.invoked_subcommand or ""]
        where = error.ctx.command_path if error.ctx else " ".join(filter(None, commands))
        raise UsageError(_cause(error), f"{where} --help") from error


def _cause(error: Any) -> str:
    """What is wrong, in our words where the class tells them, else in typer's."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        close = ", ".join(sorted(error.possibilities or ())[:3])
        return f"there is no option {error.option_name[:100]}" + (f"; close are: {close}" if close else "")
    if kind == "MissingParameter" and error.param is not None:
        return missing(error.param)
    if error.__dict__.get("param") is not None:
        return f"{named(error.param)}: {_small(error.message)}"
    return _small(error.format_message()).replace("argument(s)", "arguments")


def _small(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
