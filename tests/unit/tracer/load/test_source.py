"""The recorder's C files become one text that BCC can compile."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from profilegen.abi import Abi
from profilegen.tracer.load.source import KERNEL, recorder_source

ARCHITECTURES = [Abi.X86_64, Abi.ARM64]
_LINE = re.compile(r'#line (\d+) "([\w./]+)"')


def lines_with_origin(text: str) -> Iterator[tuple[str, int, str]]:
    """File, number and text of each line, as the compiler's messages name them."""
    file, number = "", 0
    for line in text.splitlines():
        marker = _LINE.fullmatch(line)
        if marker is not None:
            number, file = int(marker[1]), marker[2]
            continue
        yield file, number, line
        number += 1


def headers_of(arch: Abi) -> set[str]:
    found = {path.relative_to(KERNEL) for path in KERNEL.rglob("*.h")}
    ours = {str(path) for path in found if path.parts[0] not in {"editor", "headers"}}
    return ours - {f"arch/{other}.h" for other in ARCHITECTURES if other is not arch}


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_every_header_is_pasted_once(arch: Abi) -> None:
    pasted = Counter(file for file, number, _ in lines_with_origin(recorder_source(arch)) if number == 1)
    assert pasted == dict.fromkeys({"recorder.bpf.c", *headers_of(arch)}, 1)


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_every_line_keeps_its_file_and_number(arch: Abi) -> None:
    files = {name: (KERNEL / name).read_text().splitlines() for name in headers_of(arch)}
    files["recorder.bpf.c"] = (KERNEL / "recorder.bpf.c").read_text().splitlines()
    seen = set()
    for file, number, line in lines_with_origin(recorder_source(arch)):
        original = files[file][number - 1]
        assert line == original or (not line and original.startswith(("#include", "#pragma once")))
        seen.add((file, number))
    assert {
        (file, number)
        for file, lines in files.items()
        for number, line in enumerate(lines, 1)
        if not line.startswith("#include")
    } <= seen


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_nothing_is_left_for_the_compiler_to_include(arch: Abi) -> None:
    assert not re.findall(r"^#(?:include|pragma once).*", recorder_source(arch), re.MULTILINE)


@pytest.mark.parametrize("name", sorted(headers_of(Abi.X86_64) | headers_of(Abi.ARM64)))
def test_a_header_is_guarded(name: str) -> None:
    assert "\n#pragma once\n" in (KERNEL / name).read_text()


def test_the_editor_knows_every_offset() -> None:
    sources = "".join(recorder_source(arch) for arch in ARCHITECTURES)
    stubs = (KERNEL / "editor" / "offsets.h").read_text()
    wanted = set(re.findall(r"\b(?:OFF|FIELD)_[a-z]\w+", sources))
    assert wanted == set(re.findall(r"^#define (\w+) 8$", stubs, re.MULTILINE))
