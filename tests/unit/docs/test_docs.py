"""Every command that README and docs show is one that profilegen takes, and every link leads somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from profilegen.cli.app import app

TOP = Path(__file__).parents[3]
PAGES = sorted([*TOP.glob("*.md"), *(TOP / "docs").glob("*.md")])
_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^(?:\$ )?profilegen (.+)$", re.MULTILINE)
_SUBSTITUTION = re.compile(r"\$\([^)]*\)")
_LINK = re.compile(r"\]\(([^)#:]+)\)")


def commands() -> Iterator[tuple[str, str]]:
    """The page and the words behind ``profilegen``."""
    for page in PAGES:
        for block in _BLOCK.findall(page.read_text()):
            for words in _COMMAND.findall(block.replace("\\\n", " ")):
                yield page.name, _SUBSTITUTION.sub("X", words)


SHOWN = list(commands())


def test_there_are_some_of_each_page_that_teaches() -> None:
    assert {"README.md", "recording.md", "profiles.md", "when-it-fails.md"} <= {page for page, _ in SHOWN}


@pytest.mark.parametrize(("page", "words"), SHOWN, ids=[f"{page}: {words}" for page, words in SHOWN])
def test_a_command_that_is_shown_is_taken(page: str, words: str) -> None:
    """Parsed as far as the command line is concerned; nothing runs."""
    name, *arguments = shlex.split(words, comments=True)
    group = typer.main.get_command(app)
    context = group.make_context("profilegen", [name, "--help"], resilient_parsing=True)
    command = group.get_command(context, name)  # type: ignore[attr-defined]
    assert command is not None, f"{page}: profilegen has no command {name}"
    command.make_context(name, arguments, parent=context)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_to_a_file(page: Path) -> None:
    missing = [link for link in _LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert not missing
