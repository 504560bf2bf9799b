"""``reasons.json``: why each line of a subject's profiles is there, and digests of the files as written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from profilegen import __version__
from profilegen.abi import Abi
from profilegen.conditions import in_words
from profilegen.policy.arch_independent import shared
from profilegen.policy.model import Frozen, Reason
from profilegen.recording.run_count import runs_of
from profilegen.tables.capabilities.capability_powers import powers
from profilegen.tables.errnos import errno_name
from profilegen.tables.sockets import family_name, type_name
from profilegen.text import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from profilegen.policy.model import CapabilityRule, FileRule, NetworkRule, Policy, SyscallRule
    from profilegen.recording import Recording

FILE = "reasons.json"
_ALLOWED, _REFUSED = "allowed", "refused"


class Line(Frozen):
    """One call with its arguments, one capability, one path, or one kind of socket."""

    name: str
    arguments: str = ""
    """The conditions in words; empty: whatever they are."""
    answer: str = _ALLOWED
    """``allowed``, the errno of a call that is refused, or the access to a path."""
    reasons: tuple[Reason, ...]
    opens: tuple[str, ...] = ()
    """What it gives to whoever gets hold of the program."""
    wider: bool = False
    """Docker's default would refuse it."""


class Calls(Frozen):
    """The calls of one seccomp profile."""

    file: str
    arch: Abi
    translated_from: tuple[Abi, ...]
    calls: tuple[Line, ...]


class Image(Frozen):
    """An image that was recorded."""

    name: str
    id: str


class Reasons(Frozen):
    """The content of the file."""

    schema_version: Literal[1] = 1
    subject: str
    profilegen: str
    """The version that wrote it."""
    images: tuple[Image, ...]
    runs: int
    runs_are_exact: bool
    files: dict[str, str]
    """SHA-256 of each file as profilegen wrote it, by name."""
    profiles: tuple[Calls, ...]
    capabilities: tuple[Line, ...]
    paths: tuple[Line, ...]
    networks: tuple[Line, ...]


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def render(policies: Mapping[str, Policy], recording: Recording, texts: Mapping[str, str]) -> str:
    """The text of the file.

    Args:
        policies: of one subject, by the name of the seccomp profile that each of them is; never empty.
        recording: what they were derived from.
        texts: all files of the subject, by name.
    """
    policy = shared(tuple(policies.values()))
    runs = runs_of(recording)
    images = sorted({(one.image, one.image_id) for one in recording.containers})
    content = Reasons(
        subject=policy.subject,
        profilegen=__version__,
        images=tuple(Image(name=name, id=image_id) for name, image_id in images),
        runs=runs.number,
        runs_are_exact=runs.is_exact,
        files={name: digest(text.encode()) for name, text in texts.items()},
        profiles=tuple(
            Calls(
                file=file,
                arch=one.arch,
                translated_from=one.translated_from,
                calls=tuple(_call(rule, one) for rule in one.syscalls),
            )
            for file, one in policies.items()
        ),
        capabilities=tuple(_capability(rule, policy) for rule in policy.capabilities),
        paths=tuple(_paths(policy)),
        networks=tuple(map(_network, policy.networks)),
    )
    return text_of(content)


def text_of(content: Reasons) -> str:
    """The same content gives the same bytes; what is as in most lines is left out."""
    return json_text({"schema_version": 1, **content.model_dump(mode="json", exclude_defaults=True)})


def _call(rule: SyscallRule, policy: Policy) -> Line:
    arguments = " or ".join(map(in_words, rule.conditions))
    if rule.errno is not None:
        answer = errno_name(policy.arch, rule.errno)
        return Line(name=rule.name, arguments=arguments, answer=answer, reasons=rule.reasons)
    risks = [one for one in policy.risks if one.name == rule.name]
    opens = dict.fromkeys(f"{one.opens} ({one.source})" if one.source else one.opens for one in risks)
    return Line(
        name=rule.name,
        arguments=arguments,
        reasons=rule.reasons,
        opens=tuple(opens),
        wider=_is_wider(policy, rule.name),
    )


def _capability(rule: CapabilityRule, policy: Policy) -> Line:
    name = rule.capability
    opens = (powers()[name].opens,) if powers()[name].opens else ()
    return Line(name=name.value, reasons=rule.reasons, opens=opens, wider=_is_wider(policy, name.value))


def _is_wider(policy: Policy, name: str) -> bool:
    return any(one.name == name for one in policy.wider)


def _paths(policy: Policy) -> Iterator[Line]:
    for rule in policy.files:
        yield Line(name=rule.path, answer=_access(rule), reasons=rule.reasons)
    for rule in policy.denied_files:
        yield Line(name=rule.path, answer=_REFUSED, reasons=rule.reasons)


def _access(rule: FileRule) -> str:
    words: Sequence[str] = [*map(str, rule.access), *(["execute"] if rule.execute else [])]
    return ", ".join(words)


def _network(rule: NetworkRule) -> Line:
    kind = type_name(rule.type) if rule.type else "any type"
    return Line(name=f"{family_name(rule.family)}, {kind}", reasons=rule.reasons)
