"""The evaluator of OCI rules that the property tests trust says what a real runtime's filter does."""

import random
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from profilegen.abi import Abi
from profilegen.seccomp.document import Document
from profilegen.seccomp.filter import Filter
from profilegen.seccomp.matching import satisfies
from profilegen.seccomp.resolve import resolve
from profilegen.tables.engines.runtime_baseline import calls
from profilegen.tables.syscalls import table
from tests.support.bundles import configure, run, runtimes, unpack
from tests.support.oci import evaluate, evaluate_socketcall

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

NAMES = (
    *(
        "getuid",
        "geteuid",
        "getgid",
        "getegid",
        "getpgrp",
        "getpgid",
        "getsid",
        "munlockall",
        "umask",
        "setsid",
    ),
    "socket",
)
"""Calls that do no harm, whatever their arguments are."""

UNNAMED = "getpriority"
STARTS = sorted({row.name for row in calls()} | {"read", "write", "exit_group"} - set(NAMES))
DEFAULT, ANSWERS = 99, (77, 78)
"""Errnos that the kernel gives for none of these calls."""

SMALL = (0, 1, 2, 3, 7, 8, 38, 40, 0xFFFFFFFF)
CONSTANTS = (*SMALL, 1 << 32, (1 << 32) + 38, 2**64 - 1)
OPERATORS = ("NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ")
CALLS = 60
"""Of every name and ABI."""

Call = tuple[Abi, str, list[int]]


def condition(chance: random.Random, index: int, operators: tuple[str, ...] = OPERATORS) -> dict[str, Any]:
    operator = chance.choice(operators)
    found = {"index": index, "op": f"SCMP_CMP_{operator}", "value": chance.choice(SMALL)}
    if operator == "MASKED_EQ":
        found |= {"value": chance.choice((1, 3, 0xF, 0xFFFFFFFF)), "valueTwo": chance.choice(SMALL)}
    if operator == "EQ":
        found["value"] = chance.choice(CONSTANTS)
    return found


def answer(chance: random.Random) -> dict[str, Any]:
    action = chance.choice(("ALLOW", "ERRNO"))
    number = {"errnoRet": chance.choice((*ANSWERS, DEFAULT))} if action == "ERRNO" else {}
    return {"action": f"SCMP_ACT_{action}", **number}


def rules(chance: random.Random, name: str) -> list[dict[str, Any]]:
    """Of one kind; conditions that overlap have one answer, for that is all that the profile decides."""

    def whole() -> dict[str, Any]:
        return {"names": [name], **answer(chance)}

    def one() -> list[dict[str, Any]]:
        indexes = sorted(chance.sample((0, 1, 2), chance.randint(1, 3)))
        return [{**whole(), "args": [condition(chance, index) for index in indexes]}]

    def on_one_argument() -> list[dict[str, Any]]:
        answered, index = whole(), chance.randint(0, 2)
        return [{**answered, "args": [condition(chance, index)]} for _ in range(chance.randint(2, 3))]

    def equal() -> list[dict[str, Any]]:
        answered = whole()
        indexes = [
            sorted(chance.sample((0, 1, 2), chance.randint(1, 3))) for _ in range(chance.randint(2, 4))
        ]
        return [
            {**answered, "args": [condition(chance, index, ("EQ", "MASKED_EQ")) for index in each]}
            for each in indexes
        ]

    def apart() -> list[dict[str, Any]]:
        equal = {"index": 0, "op": "SCMP_CMP_MASKED_EQ", "value": 0xFFFFFFFF}
        return [{**whole(), "args": [{**equal, "valueTwo": value}]} for value in chance.sample(SMALL, 3)]

    def on_one_index() -> list[dict[str, Any]]:
        return [{**whole(), "args": [condition(chance, 0), condition(chance, 0)]}]

    kinds: list[Callable[[], list[dict[str, Any]]]] = [
        *(list, lambda: [whole()]),
        *(one, on_one_argument, on_one_index, equal),
    ]
    if (
        name != "socket"
    ):  # all its conditions on argument 0 become the same socketcall, which takes one answer
        kinds += [
            apart,
            lambda: [whole(), whole()],
            lambda: [*equal(), whole()],
            lambda: [whole(), *one()],
        ]
    return chance.choice(kinds)()


def expected(profile: dict[str, Any], call: Call) -> int | None:
    """The errno of the filter; None: the call is made."""
    abi, name, arguments = call
    of = evaluate_socketcall(profile, abi.scmp, arguments) if name == "socketcall" else None
    action, errno = of or evaluate(profile, abi.scmp, name, arguments)
    return None if action == "SCMP_ACT_ALLOW" else errno


def made(runtime: str, bundle: Path, todo: list[Call]) -> list[int | None]:
    """What the filter answered in a container."""
    words = [
        struct.pack("<8Q", abi is Abi.I386, table(abi).number(name), *arguments)
        for abi, name, arguments in todo
    ]
    done = subprocess.run(run(runtime, bundle), input=b"".join(words), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = struct.unpack(f"<{len(todo)}q", done.stdout)
    return [-one if -one in (*ANSWERS, DEFAULT) else None for one in answers]


def arguments(chance: random.Random, abi: Abi) -> list[int]:
    """Registers; those of a 32-bit call have no upper half, and the sixth is another matter."""
    found = [
        max(0, min(chance.choice(CONSTANTS) + chance.choice((-1, 0, 0, 1)), 2**64 - 1)) for _ in range(5)
    ]
    return [one & 0xFFFFFFFF if abi is Abi.I386 else one for one in found] + [0]


@runtimes
@pytest.mark.parametrize("seed", range(6))
def test_the_evaluator_says_what_the_filter_does(runtime: str, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311  a sample, the same each time
    native = Abi.of_machine()
    abis = (Abi.X86_64, Abi.I386) if native is Abi.X86_64 else (native,)
    profile = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": DEFAULT,
        "architectures": [abi.scmp for abi in abis],
        "syscalls": [
            {"names": STARTS, "action": "SCMP_ACT_ALLOW"},
            *(rule for name in NAMES for rule in rules(chance, name)),
        ],
    }
    todo = [
        (abi, name, arguments(chance, abi))
        for abi in abis
        for name in (*NAMES, UNNAMED, "socketcall")
        if table(abi).number(name) is not None
        for _ in range(CALLS)
    ]
    bundle = unpack(tmp_path)
    configure(bundle, "/tries", [], profile)
    wrong = [
        (call, want, got)
        for call, want, got in zip(
            todo, (expected(profile, call) for call in todo), made(runtime, bundle, todo), strict=True
        )
        if want != got
    ]
    assert not wrong, profile


def overlapping(chance: random.Random, name: str) -> list[dict[str, Any]]:
    """Rules that allow and rules that refuse, with arguments in common.

    Each compares with another number: libseccomp takes no second answer for the same comparison (EEXIST).
    """

    def one(action: str, number: int) -> dict[str, Any]:
        check: dict[str, Any] = {
            "index": index,
            "op": f"SCMP_CMP_{chance.choice(OPERATORS)}",
            "value": number,
        }
        if check["op"] == "SCMP_CMP_MASKED_EQ":
            check |= {"value": 0xFFFFFFFF, "valueTwo": number}
        errno = {"errnoRet": chance.choice(ANSWERS)} if action == "ERRNO" else {}
        return {"names": [name], "action": f"SCMP_ACT_{action}", **errno, "args": [check]}

    index = chance.randint(0, 2)
    actions = ["ALLOW", "ERRNO", *chance.choices(("ALLOW", "ERRNO"), k=chance.randint(0, 2))]
    chance.shuffle(actions)
    return [one(*pair) for pair in zip(actions, chance.sample(SMALL, len(actions)), strict=True)]


def read(found: Filter, name: str, values: list[int]) -> bool | None:
    """Whether the filter allows a call; None: two rules with different answers hold for it."""
    by_index = dict(enumerate(values))
    holding = [rule for rule in found.answers(name) if satisfies(rule.conditions, by_index)]
    allowing = {rule.answer.lets_through for rule in holding} or {found.default.lets_through}
    return None if len(allowing) > 1 else allowing.pop()


def is_opened(found: Filter, name: str, values: list[int]) -> bool:
    opened = found.allowed_for(name)
    by_index = dict(enumerate(values))
    return opened is not None and (not opened or any(satisfies(one, by_index) for one in opened))


@runtimes
@pytest.mark.parametrize("seed", range(6))
def test_what_a_profile_opens_is_what_the_filter_allows_but_where_rules_overlap(
    runtime: str, seed: int, tmp_path: Path
) -> None:
    chance = random.Random(100 + seed)  # noqa: S311  a sample, the same each time
    arch = Abi.of_machine()
    names = [name for name in NAMES if table(arch).number(name) is not None]
    profile = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": DEFAULT,
        "architectures": [arch.scmp],
        "syscalls": [
            {"names": STARTS, "action": "SCMP_ACT_ALLOW"},
            *(rule for name in names for rule in overlapping(chance, name)),
        ],
    }
    todo = [(arch, name, arguments(chance, arch)) for name in names for _ in range(CALLS)]
    bundle = unpack(tmp_path)
    configure(bundle, "/tries", [], profile)
    answers = made(runtime, bundle, todo)
    found = resolve(Document.model_validate(profile), arch, frozenset())
    doubts = 0
    for (_, name, values), answer in zip(todo, answers, strict=True):
        expected, opened = read(found, name, values), is_opened(found, name, values)
        doubts += expected is None
        assert opened is bool(expected), (name, values, profile)
        assert expected is None or (answer is None) is expected, (name, values, answer, profile)
    assert 0 < doubts < len(todo) / 2
