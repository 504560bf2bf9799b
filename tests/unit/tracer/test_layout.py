"""What Python and C both know must be one thing."""

import re

import pytest

from profilegen.abi import Abi
from profilegen.tables.arguments import MAX_COMBINATIONS
from profilegen.tables.syscalls import table
from profilegen.tracer import layout
from profilegen.tracer.load.source import recorder_source
from profilegen.vocabulary import Access, CapabilityUse, Lost, Phase

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


def test_phases_agree() -> None:
    assert c_enum("phase") == {phase.name: phase.number for phase in Phase}


def test_traits_agree() -> None:
    assert c_enum("trait") == {f"TRAIT_{trait.name}": trait.value for trait in layout.Trait}


def test_flags_of_checks_and_uses_agree() -> None:
    uses = {f"CAP_{use.name}": use.number for use in CapabilityUse if use is not CapabilityUse.CHECKED}
    flags = {f"CAP_{flag.name}": flag.value for flag in layout.CheckFlags}
    assert c_enum("check_flags") == flags | uses
    assert CapabilityUse.CHECKED.number == 0


def test_what_the_kernel_side_takes_for_granted_agrees() -> None:
    found = re.search(r"#define CAP_OWN_GRANT \((.*?)\)", SOURCE)
    assert found is not None
    numbers = c_enum("check_flags")
    assert sum(numbers[name] for name in found[1].split(" | ")) == layout.OWN_GRANT


def test_file_access_agrees() -> None:
    words = {access.name: access.number for access in Access}
    words |= {str(event.name): event.value for event in layout.FileEvent}
    assert c_enum("access") == {f"ACCESS_{name}": number for name, number in words.items()}


def test_what_is_seen_of_unknown_calls_agrees() -> None:
    assert c_enum("unknown_seen") == {f"UNKNOWN_{seen.name}": seen.value for seen in layout.UnknownSeen}


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
    assert kinds == {f"LOST_{kind.name}": kind.number for kind in Lost}


@pytest.mark.parametrize("word", [*Phase, *Access, *CapabilityUse, *Lost])
def test_a_word_is_found_by_its_number(word: Phase | Access | CapabilityUse | Lost) -> None:
    assert type(word).of_number(word.number) is word
    with pytest.raises(ValueError, match="99"):
        type(word).of_number(99)


def test_bits_give_their_words_sorted_and_others_none() -> None:
    assert Access.of_bits(1 | 4 | 32) == (Access.MAP_EXEC, Access.READ)
    assert not Access.of_bits(8)
    assert not CapabilityUse.of_bits(255)


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
