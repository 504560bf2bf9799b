"""``apparmor``: a skeleton for AppArmor from a Jinja2 template, each line with its reason.

Made from opened, mapped and executed files: locks, links, new folders and renames are not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from profilegen.files.resources import template_dir
from profilegen.formats.apparmor.engine import (
    denied,
    engine_labels,
    needed_unseen,
    refused_letters,
    unseen_letters,
)
from profilegen.formats.apparmor.generalise import generalised
from profilegen.formats.apparmor.letters import ORDER, letters_of
from profilegen.formats.apparmor.line import Line
from profilegen.formats.apparmor.patterns import pattern
from profilegen.policy.steps.capabilities.low_ports import needed_for
from profilegen.policy.steps.networks import ANY_TYPE
from profilegen.recording import Access
from profilegen.tables.sockets import names
from profilegen.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profilegen.policy.model import FileRule, NetworkRule, Policy, Reason

_MOUNT_CALLS = {"mount": "mount", "umount2": "umount", "pivot_root": "pivot_root"}


def render(policy: Policy) -> str:
    """The profile's text; ``apparmor_parser`` compiles it whatever the recording holds."""
    # Not HTML: every value is either from a fixed set or went through pattern() or printable().
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(template_dir()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    rules = [
        *(
            Line(f"capability {rule.capability.apparmor}", _reason(rule.reasons))
            for rule in policy.capabilities
        ),
        *_networks(policy.networks),
        *_mounts(policy),
    ]
    return environment.get_template("apparmor.jinja").render(
        name=profile_name(policy),
        rules=rules,
        elsewhere=needed_for(policy.low_ports) if policy.low_ports else "",
        engine=list(engine_labels(policy)),
        unseen=list(needed_unseen()),
        files=list(_files(policy.files)),
        deny_mount="mount" not in {line.rule for line in rules},
        denied=[*denied(policy), *_denied_by_hand(policy)],
    )


def profile_name(policy: Policy) -> str:
    """How the kernel calls the profile; a subject has only letters, digits and ``._-``."""
    return f"profilegen-{policy.subject}"


def skipped_paths(policy: Policy) -> tuple[str, ...]:
    """Paths that no file can have, in a recording made by hand, for the summary."""
    return tuple(rule.path for rule in policy.files if pattern(rule.path) is None)


def refused_paths(policy: Policy) -> tuple[str, ...]:
    """Recorded paths with the letters that a profile refuses all the same, for the summary."""
    found = ((rule.path, refused_letters(rule.path, letters_of(rule))) for rule in policy.files)
    return tuple(f"{path} {letters}" for path, letters in found if letters)


def unnamed_networks(policy: Policy) -> tuple[NetworkRule, ...]:
    """Families and types that ``apparmor_parser`` 3.0.8 has no name for, for the summary."""
    return tuple(rule for rule in policy.networks if _network(rule) is None)


def _network(rule: NetworkRule) -> str | None:
    family = names("family").get(rule.family)
    kind = "" if rule.type == ANY_TYPE else names("type").get(rule.type)
    return None if family is None or kind is None else f"network {family} {kind}".rstrip()


def _networks(rules: Iterable[NetworkRule]) -> Iterator[Line]:
    for rule in rules:
        text = _network(rule)
        if text is not None:
            yield Line(text, _reason(rule.reasons))


def _mounts(policy: Policy) -> Iterator[Line]:
    for rule in policy.syscalls:
        if rule.name in _MOUNT_CALLS and rule.errno is None:
            yield Line(_MOUNT_CALLS[rule.name], _reason(rule.reasons))


def _files(rules: Iterable[FileRule]) -> Iterator[Line]:
    """One line a pattern, sorted; paths of one kind share one."""
    permissions: dict[str, set[str]] = {}
    reasons: dict[str, set[str]] = {}
    differs: dict[str, frozenset[str]] = {}
    for rule, general in generalised(tuple(rules)):
        quoted = pattern(rule.path) if general is None else general.pattern
        letters = letters_of(rule)
        if quoted is None or letters <= unseen_letters(rule.path):
            continue
        if set(rule.access) == {Access.READ} and not rule.execute and not quoted.endswith("/"):
            quoted += "{,/}"  # a folder has a slash at its end; the recording does not tell them apart
        permissions.setdefault(quoted, set()).update(letters)
        if refused := refused_letters(rule.path, letters):
            reasons.setdefault(quoted, set()).add(f"{refused} refused below, as by the engine")
        reasons.setdefault(quoted, set()).update(reason.text for reason in rule.reasons)
        if general is not None:
            differs[quoted] = general.parts
    for quoted in sorted(permissions):
        allowed = "".join(letter for letter in ORDER if letter in permissions[quoted])
        reason = ", ".join(sorted(reasons[quoted]))
        if quoted in differs:
            reason += f"; differs from run to run: {', '.join(sorted(differs[quoted]))}"
        yield Line(f'"{quoted}" {allowed}', printable(reason, 200))


def _denied_by_hand(policy: Policy) -> Iterator[Line]:
    for rule in policy.denied_files:
        quoted = pattern(rule.path)
        if quoted is not None:
            letters = "".join(letter for letter in ORDER if letter in letters_of(rule))
            yield Line(f'"{quoted}" {letters}', _reason(rule.reasons))


def _reason(reasons: Iterable[Reason]) -> str:
    return printable("; ".join(reason.text for reason in reasons), 200)
