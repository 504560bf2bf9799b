"""Options whose value may be left out, which typer has no word for."""

from __future__ import annotations

from typing import Any

from profilegen.cli.raw_parameters import PlainCommand

_ALONE = {"--update": "--update=missing"}
"""What an option stands for that has no value behind it."""


class OptionalValueCommand(PlainCommand):
    """A command that takes ``--update`` and ``--update=all``."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Give the options that stand alone their value, then parse."""
        end = args.index("--") if "--" in args else len(args)
        own = [_ALONE.get(word, word) for word in args[:end]]
        return super().parse_args(ctx, [*own, *args[end:]])
