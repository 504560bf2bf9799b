"""What a command of ``--process`` is called: its program, or the script that its interpreter runs."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from profilegen.subject import safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Interpreter(NamedTuple):
    """Options of an interpreter: which take a value; letters are those of short options."""

    name: re.Pattern[str]
    code: str
    """The program stands on the command line: there is no script."""
    value: str = ""
    """A value follows, in the same word or as the next one."""
    module: str = ""
    """The name of a module follows, in place of a script."""
    long_code: tuple[str, ...] = ()
    long_value: tuple[str, ...] = ()


INTERPRETERS = (
    Interpreter(
        re.compile(r"(?:python|pypy)[0-9.]*t?"), "c", "WX", "m", long_value=("--check-hash-based-pycs",)
    ),
    Interpreter(
        re.compile(r"node(?:js)?"),
        "ep",
        "rC",
        long_code=("--eval", "--print"),
        long_value=("--require", "--import", "--loader", "--experimental-loader", "--conditions"),
    ),
    Interpreter(re.compile(r"perl[0-9.]*"), "eE", "I"),
    Interpreter(re.compile(r"ruby[0-9.]*"), "e", "ICrE"),
    Interpreter(re.compile(r"php[0-9.]*"), "rBRE", "cdzSt"),
    Interpreter(re.compile(r"(?:ba|da|k|z)?sh|ash"), "cs", "oO", long_value=("--rcfile", "--init-file")),
)

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)


def process_name(command: Sequence[str]) -> str:
    """The subject of a command: ``app.py`` for ``env A=b python3 -u app.py``, ``http.server`` for ``-m``."""
    words = _without_env(command)
    program = PurePath(words[0]).name
    for interpreter in INTERPRETERS:
        if interpreter.name.fullmatch(program):
            script = PurePath(_script(interpreter, words[1:])).name
            return safe_name(script or program)
    return safe_name(program)


def _without_env(command: Sequence[str]) -> Sequence[str]:
    """The command behind a plain ``env NAME=VALUE...``; the whole if there is none."""
    if PurePath(command[0]).name != "env":
        return command
    rest = 1
    while rest < len(command) and (_ASSIGNMENT.fullmatch(command[rest]) or command[rest] in ("-", "-i")):
        rest += 1
    return command[rest:] if rest < len(command) and not command[rest].startswith("-") else command


def _script(interpreter: Interpreter, arguments: Sequence[str]) -> str:
    """The script or module among an interpreter's arguments, empty if there is none."""
    words = iter(arguments)
    for word in words:
        if word == "-" or word in interpreter.long_code:
            return ""
        if word == "--":
            return next(words, "")
        if word in interpreter.long_value:
            next(words, None)
        elif word.startswith(("-", "+")):
            found = None if word.startswith("--") else _module(interpreter, word, words)
            if found is not None:
                return found
        else:
            return word
    return ""


def _module(interpreter: Interpreter, word: str, words: Iterator[str]) -> str | None:
    """The module that a word of short options names, empty if it has code; None: it goes on after it."""
    for place, letter in enumerate(word[1:], 2):
        if letter in interpreter.code:
            return ""
        if letter in interpreter.module:
            return word[place:] or next(words, "")
        if letter in interpreter.value:
            if not word[place:]:
                next(words, None)
            return None
    return None
