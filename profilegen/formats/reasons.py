"""``reasons.json``: made of the policies of one subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profilegen import __version__
from profilegen.conditions import in_words
from profilegen.formats.reasons_content import REFUSED, Calls, Image, Line, Reasons, digest, text_of
from profilegen.policy.arch_independent import shared
from profilegen.recording import tested
from profilegen.recording.run_count import runs_of
from profilegen.tables.capabilities.capability_powers import powers
from profilegen.tables.errnos import errno_name
from profilegen.tables.sockets import family_name, type_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from profilegen.policy.model import CapabilityRule, FileRule, NetworkRule, Policy, SyscallRule
    from profilegen.recording import Recording
    from profilegen.recording.tested import Tested


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
                calls=tuple(_call(rule, one, recording) for rule in one.syscalls),
            )
            for file, one in policies.items()
        ),
        capabilities=tuple(_capability(rule, policy, recording) for rule in policy.capabilities),
        paths=tuple(_paths(policy, recording)),
        networks=tuple(map(_network, policy.networks)),
    )
    return text_of(content)


def _call(rule: SyscallRule, policy: Policy, recording: Recording) -> Line:
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
        **_tests(tested.of_call(recording.attribution, rule.name, ())),
    )


def _tests(found: Tested) -> dict[str, Any]:
    names, more = found.few
    return {"tests": names, "more_tests": more}


def _capability(rule: CapabilityRule, policy: Policy, recording: Recording) -> Line:
    name = rule.capability
    opens = (powers()[name].opens,) if powers()[name].opens else ()
    return Line(
        name=name.value,
        reasons=rule.reasons,
        opens=opens,
        wider=_is_wider(policy, name.value),
        **_tests(tested.of_capability(recording.attribution, name)),
    )


def _is_wider(policy: Policy, name: str) -> bool:
    return any(one.name == name for one in policy.wider)


def _paths(policy: Policy, recording: Recording) -> Iterator[Line]:
    for rule in policy.files:
        tests = _tests(tested.of_path(recording.attribution, rule.path))
        yield Line(name=rule.path, answer=_access(rule), reasons=rule.reasons, **tests)
    for rule in policy.denied_files:
        yield Line(name=rule.path, answer=REFUSED, reasons=rule.reasons)


def _access(rule: FileRule) -> str:
    words: Sequence[str] = [*map(str, rule.access), *(["execute"] if rule.execute else [])]
    return ", ".join(words)


def _network(rule: NetworkRule) -> Line:
    kind = type_name(rule.type) if rule.type else "any type"
    return Line(name=f"{family_name(rule.family)}, {kind}", reasons=rule.reasons)
