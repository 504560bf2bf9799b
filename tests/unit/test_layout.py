"""What Python and C both know must be one thing."""

import re
from enum import IntEnum, IntFlag

import pytest

from profilegen.abi import Abi
from profilegen.recording import Lost, Phase
from profilegen.tables.arguments import MAX_COMBINATIONS
from profilegen.tables.syscalls import table
from profilegen.tracer import layout
from profilegen.tracer.load.source import recorder_source

SOURCE = recorder_source(Abi.X86_64)


def c_enum(name: str) -> dict[str, int]:
    body = re.search(rf"enum {name} {{(.*?)}}", SOURCE, re.DOTALL)
    assert body is not None
    numbers: dict[str, int] = {}
    following = 0
    for item in re.sub(r"/\*.*?\*/", "", body[1], flags=re.DOTALL).strip().strip(",").split(","):
        member, _, value = (part.strip() for part in item.partition("="))
        following = int(value, 0) if value else following
        numbers[member] = following
        following += 1
    return numbers


def c_define(name: str) -> int:
    found = re.search(rf"#define {name}\s+(\w+)", SOURCE)
    assert found is not None
    return int(found[1], 0)


@pytest.mark.parametrize(
    ("enum", "prefix", "members"),
    [
        ("phase", "", layout.PhaseNumber),
        ("trait", "TRAIT_", layout.Trait),
        ("capability_class", "CAP_", layout.CapabilityClass),
        ("access", "ACCESS_", layout.FileAccess),
        ("unknown_seen", "UNKNOWN_", layout.UnknownSeen),
    ],
)
def test_enumerations_agree(enum: str, prefix: str, members: type[IntEnum] | type[IntFlag]) -> None:
    assert c_enum(enum) == {prefix + member.name: member.value for member in members if member.name}


def test_the_limit_of_combinations_agrees() -> None:
    assert c_define("MAX_COMBINATIONS") == MAX_COMBINATIONS


@pytest.mark.parametrize(
    "name",
    [
        "NUMBERS", "SLOTS", "CAP_NUMBERS", "RING_CALL", "ERRNO_SIGSYS", "REFUSED_ANYTHING",
        "UNAUDITED_FUNCTIONS",
    ],
)  # fmt: skip
def test_constants_agree(name: str) -> None:
    assert c_define(name) == getattr(layout, name)


def test_every_kind_of_loss_has_a_name() -> None:
    kinds = c_enum("lost")
    assert kinds.pop("LOST_KINDS") == len(kinds)
    assert kinds == {f"LOST_{kind.name}": kind.value for kind in layout.LostKind}
    assert {kind.name for kind in layout.LostKind} == set(Lost.__members__)


def test_phases_have_the_names_that_recordings_know() -> None:
    assert {phase.name for phase in layout.PhaseNumber} == set(Phase.__members__)


@pytest.mark.parametrize("abi", [Abi.X86_64, Abi.I386, Abi.ARM64, Abi.ARM])
@pytest.mark.parametrize("index", [layout.NUMBERS - 1, layout.RING_CALL])
def test_the_last_indexes_are_nobodys(index: int, abi: Abi) -> None:
    """A capability check in a call without an index is kept with one of them (capability.h)."""
    assert table(abi).name(index) is None


def test_every_tracepoint_has_its_function() -> None:
    functions = {f"on_{name}" for name in (*layout.TRACEPOINTS, layout.PREPARATION)} | {layout.TAIL}
    functions |= {"probe_cap_capable", "return_cap_capable"}
    assert functions == set(re.findall(r"^int (\w+)\(", SOURCE, re.MULTILINE))


@pytest.mark.parametrize("arch", [Abi.X86_64, Abi.ARM64])
def test_every_architecture_has_the_same_words(arch: Abi) -> None:
    words = {
        "ARCH_TASK_MEMBERS", "THREAD_SIZE", "IS_COMPAT", "IS_SURELY_NATIVE", "SYSCALL_NUMBER",
        "load_arguments(", "PROBED_ARGUMENTS", "PROBED_RESULT", "struct pt_regs {", "syscall_argument(",
    }  # fmt: skip
    assert not [word for word in words if word not in recorder_source(arch)]
