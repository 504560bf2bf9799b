"""Parameters that are texts and flags, taken as they stand on the command line.

typer 0.29 imports pydantic to make a text of a text: half of the time that a quick command takes, and
a quarter of that until record is attached.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from typer.core import TyperCommand, TyperGroup

from profilegen.errors import UsageError


class PlainCommand(TyperCommand):
    """A command that converts nothing."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters; what each is for stays as it is."""
        return _plain(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """The group of all commands: its own options, before a command, are taken as they stand too."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters; what each is for stays as it is."""
        return _plain(super().get_params(ctx))


def _plain(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        parameter.process_value = partial(_as_it_stands, parameter)
    return parameters


def _as_it_stands(parameter: Any, context: Any, value: Any) -> Any:
    """Click's Parameter.process_value without the conversion."""
    if parameter.required and parameter.value_is_missing(value):
        raise UsageError(missing(parameter), f"{context.command_path} --help")
    return parameter.callback(context, parameter, value) if parameter.callback else value


def missing(parameter: Any) -> str:
    """``-o / --output is missing``, ``RECORDING... is missing``."""
    return f"{named(parameter)} is missing"


def named(parameter: Any) -> str:
    """A parameter as the help shows it."""
    is_argument = parameter.param_type_name == "argument"
    return str(parameter.metavar or parameter.name) if is_argument else " / ".join(parameter.opts)
