"""System call tables for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.conditions import in_words
from profilegen.tables.engines.docker_default import COMMIT, DATE, DEFAULT_ERROR, Rule
from profilegen.tables.errnos import errno_name
from profilegen.tables.lookup import DefaultAnswer, TableEntry
from profilegen.tables.syscalls import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profilegen.abi import Abi

_SOURCE = f"Docker's default: moby/profiles {COMMIT} of {DATE}, for a daemon on the native architecture"


def calls(entries: Sequence[TableEntry]) -> str:
    """Lines of one call on several ABIs, or of several calls."""
    rows = [
        (
            entry.abi.value,
            "-" if entry.number is None else str(entry.number),
            entry.name,
            entry.since or "-",
            docker(entry) + _through(entry),
        )
        for entry in entries
    ]
    head = ("ARCHITECTURE", "NUMBER", "NAME", "SINCE", "DOCKER'S DEFAULT")
    return "".join(f"{line}\n" for line in (*_columns((head, *rows)), "", _SOURCE))


def architectures(abis: Iterable[Abi]) -> str:
    """One line an ABI."""
    head = ("ARCHITECTURE", "CALLS", "DOCKER", "IN A PROFILE", "AUDIT", "LIBSECCOMP", "RUNC", "MACHINE")
    rows = [
        (
            abi.value,
            str(len(table(abi).names)),
            abi.docker if abi.goarch else "-",
            abi.scmp,
            f"0x{abi.audit_arch:08x}",
            abi.libseccomp_since,
            abi.runc_since or "-",
            abi.native.value,
        )
        for abi in abis
    ]
    return "".join(f"{line}\n" for line in _columns((head, *rows)))


def docker(entry: TableEntry) -> str:
    """What Docker's default does with a call, in words."""
    if entry.answer is DefaultAnswer.NO_DOCKER:
        return "no Docker there"
    if entry.answer is DefaultAnswer.KILLED:
        return "killed: the profile does not list the architecture"
    alike = groupby(
        sorted(entry.rules, key=_circumstances), key=lambda rule: (rule.errno, _circumstances(rule)[1])
    )
    answers = [_in_words(entry.abi, number, under, tuple(group)) for (number, under), group in alike]
    if not (_is_answered(entry, frozenset()) and _is_answered(entry, frozenset(Capability))):
        answers.append(("else " if answers else "refused with ") + DEFAULT_ERROR)
    return "; ".join(answers)


def document(entries: Iterable[TableEntry]) -> dict[str, Any]:
    """The entries as JSON-ready values."""
    return {
        "version": 1,
        "docker_default": {"commit": COMMIT, "date": DATE},
        "calls": [_document(entry) for entry in entries],
    }


def document_of_architectures(abis: Iterable[Abi]) -> dict[str, Any]:
    """All that is known of the ABIs, for a program."""
    return {
        "version": 1,
        "architectures": [
            {
                "arch": abi.value,
                "calls": len(table(abi).names),
                "audit_arch": abi.audit_arch,
                "scmp": abi.scmp,
                "libseccomp": abi.libseccomp,
                "libseccomp_token": abi.token,
                "docker": abi.docker,
                "goarch": abi.goarch,
                "machines": list(abi.machines),
                "native": abi.native.value,
                "compats": [other.value for other in abi.compats],
                "libseccomp_since": abi.libseccomp_since,
                "oci_since": abi.oci_since,
                "runc_since": abi.runc_since,
            }
            for abi in abis
        ],
    }


def _document(entry: TableEntry) -> dict[str, Any]:
    through = entry.through
    return {
        "arch": entry.abi.value,
        "number": entry.number,
        "name": entry.name,
        "since": entry.since,
        "through": None if through is None else {"call": through.call, "number": through.number},
        "docker_default": {
            "answer": entry.answer.value,
            "rules": [
                {
                    "errno": rule.errno,
                    "conditions": [asdict(condition) for condition in rule.conditions],
                    "caps": sorted(rule.caps),
                    "without_caps": sorted(rule.without_caps),
                    "min_kernel": rule.min_kernel or None,
                }
                for rule in entry.rules
            ],
        },
    }


def _circumstances(rule: Rule) -> tuple[bool, str]:
    """Allowing rules first; then what must be true of the container and the kernel."""
    words = [f"with {_capability(name)}" for name in sorted(rule.caps)]
    words += [f"without {name}" for name in sorted(rule.without_caps)]
    words += [f"from Linux {rule.min_kernel} on"] if rule.min_kernel else []
    return rule.errno is not None, " ".join(words)


def _capability(name: str) -> str:
    return f"{name} (a default capability)" if name in DOCKER_DEFAULT else name


def _in_words(abi: Abi, number: int | None, under: str, alike: Sequence[Rule]) -> str:
    what = "allowed" if number is None else f"refused with {errno_name(abi, number)}"
    arguments = (
        () if any(not rule.conditions for rule in alike) else [in_words(one.conditions) for one in alike]
    )
    condition = f"if {' or '.join(arguments)}" if arguments else ""
    return " ".join(filter(None, (what, condition, under)))


def _is_answered(entry: TableEntry, kept: frozenset[Capability]) -> bool:
    """Whether the rules leave nothing open for a container with these capabilities."""
    native = entry.abi.native
    return any(
        rule.applies(native, kept) and not rule.conditions and not rule.min_kernel for rule in entry.rules
    )


def _through(entry: TableEntry) -> str:
    if entry.through is None:
        return ""
    only = "" if entry.number is None else "also "
    return f"; {only}{entry.through.call}({entry.through.number}, ...)"


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
