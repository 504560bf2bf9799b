"""What was seen against what is committed: laws of check."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.errors import IncompleteRecordingError
from profilegen.policy.decisions import Decision
from profilegen.policy.options import DeriveOptions
from profilegen.profiles import folder
from profilegen.profiles.confinement import Confinement
from profilegen.profiles.inputs.read import read_confinements
from profilegen.profiles.make import make
from profilegen.profiles.request import Request, parse
from profilegen.recording import Lost, LostCount, Recording, load
from profilegen.recording.merge import merge, normalise
from profilegen.review.check.check import CheckOptions, check
from profilegen.review.findings import Finding, Level, Report, Rule
from profilegen.seccomp.document import Document
from profilegen.tables.capabilities.capability_powers import powers
from tests.support.recordings import arguments, recording, refusal
from tests.support.recordings import check as capability_check
from tests.unit.policy.test_laws import recorded

GOLDEN = Path(__file__).parents[2] / "golden"
TODAY = date(2027, 1, 31)
ANYWAY = DeriveOptions(allow_incomplete=True)


def confined(recordings: list[Recording], request: Request | None = None) -> tuple[Confinement, ...]:
    """What emit writes, read back from a folder."""
    with tempfile.TemporaryDirectory() as place:
        folder.write(Path(place), make(recordings, request or parse(allow_incomplete=True)).files)
        return read_confinements(place)


def checked(one: Recording, confinement: Confinement, **options: object) -> Report:
    pairs = [(merge([one]), confinement)]
    return check(pairs, today=TODAY, options=CheckOptions(derive=ANYWAY, **options))  # type: ignore[arg-type]


requests = st.builds(
    parse,
    arches=st.sampled_from([(), ("amd64",), ("amd64", "arm64"), ("arm64",), ("amd64", "riscv64")]),
    default_errno=st.sampled_from(["ENOSYS", "EPERM", "13"]),
    runtimes=st.sampled_from([(), ("crun",), ("any",)]),
    args=st.sampled_from(["default", "strict", "none"]),
    low_ports=st.sampled_from(["auto", "yes", "no"]),
    portable=st.booleans(),
    allow_incomplete=st.just(True),
    allow_unknown=st.just(True),
    init=st.booleans(),
    with_apparmor=st.booleans(),
)


@given(recorded, requests, st.booleans())
def test_what_emit_made_of_a_recording_allows_it_whatever_its_options(
    one: Recording, request: Request, together: bool
) -> None:
    if together and len(request.arches) > 1:
        request = replace(request, multi_arch=True)
    (confinement,) = confined([normalise(one)], request)
    report = checked(one, confinement, strict=True)
    if not request.arches or Abi.X86_64 in request.arches:
        assert report.findings == ()
    else:  # it was recorded on an architecture that has no profile
        assert [(one.rule, one.arch) for one in report.findings] == [(Rule.NEW_ABI, Abi.X86_64)]


def without(confinement: Confinement, name: str) -> Confinement:
    documents = {arch: one.without([name]) for arch, one in confinement.documents.items()}
    return replace(confinement, documents=documents)


def errors(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.level is Level.ERROR]


@pytest.mark.parametrize("subject", ["ls", "server", "sandbox", "everyclass"])
def test_each_call_that_is_removed_is_named_with_its_program_and_nothing_else_is(subject: str) -> None:
    one = load(GOLDEN / f"{subject}.recording.json")
    (confinement,) = confined([one])
    assert checked(one, confinement, strict=True).findings == ()
    seen = {call.name: call for call in one.syscalls if "app" in call.phases}
    for name in sorted(seen.keys() & confinement.documents[None].allowed):
        (finding,) = errors(checked(one, without(confinement, name), wider_only=False))
        assert (finding.rule, finding.name) == (Rule.NEW_CALL, name)
        assert finding.programs == seen[name].programs
        assert f'"{name}"' in finding.fix
        assert finding.place is not None


def test_a_capability_that_is_removed_is_named_with_program_and_kernel_function() -> None:
    one = load(GOLDEN / "server.recording.json")
    (confinement,) = confined([one])
    assert confinement.capabilities
    for capability in confinement.capabilities:
        less = replace(confinement, capabilities=confinement.capabilities - {capability})
        (finding,) = errors(checked(one, less))
        assert (finding.rule, finding.name) == (Rule.NEW_CAPABILITY, capability.value)
        assert finding.programs
        assert finding.fix == f"--cap-add={capability.docker}"
        assert finding.opens == powers()[capability].opens


def test_a_path_that_is_removed_is_named() -> None:
    one = load(GOLDEN / "server.recording.json")
    (confinement,) = confined([one])
    text = "".join(line for line in confinement.apparmor.splitlines(True) if "server.log" not in line)
    (finding,) = errors(checked(one, replace(confinement, apparmor=text)))
    assert (finding.rule, finding.name) == (Rule.NEW_PATH, "/var/log/server.log")
    assert finding.fix == '"/var/log/server.log" wk,'


def test_new_arguments_are_named_alone() -> None:
    before = recording("socket", arguments=(arguments("socket", 2, 1),))
    after = recording("socket", arguments=(arguments("socket", 2, 1), arguments("socket", 38, 5)))
    (confinement,) = confined([before], parse(args="strict"))
    (finding,) = errors(checked(after, confinement))
    assert finding.rule is Rule.NEW_ARGUMENTS
    assert "argument 0 = 38" in finding.text
    assert "argument 0 = 2 " not in finding.text
    assert finding.wider  # AF_ALG, which Docker's newest default refuses


def test_a_profile_for_other_arguments_is_exact() -> None:
    (confinement,) = confined(
        [recording("socket", arguments=(arguments("socket", 2, 1),))], parse(args="strict")
    )
    assert errors(checked(recording("socket", arguments=(arguments("socket", 2, 1),)), confinement)) == []


def test_docker_default_allows_an_ordinary_program_and_has_much_that_is_no_longer_seen() -> None:
    one = load(GOLDEN / "ls.recording.json")
    report = checked(one, Confinement("ls", {}))
    assert errors(report) == []
    assert report.count(Rule.NO_LONGER_SEEN) == 0  # nothing is committed
    everything = Confinement("ls", {None: Document(defaultAction="SCMP_ACT_ALLOW")})
    assert checked(one, everything).count(Rule.NO_LONGER_SEEN) > 200
    assert errors(checked(one, everything)) == []
    assert errors(checked(one, everything, strict=True))


def test_wider_only_leaves_what_docker_default_allows_a_warning() -> None:
    (confinement,) = confined([recording("read")])
    (new,) = checked(recording("read", "sync"), confinement, wider_only=True).findings
    assert (new.rule, new.level, new.wider) == (Rule.NEW_CALL, Level.WARNING, False)
    (wide,) = checked(recording("read", "bpf"), confinement, wider_only=True).findings
    assert (wide.rule, wide.level, wide.wider) == (Rule.NEW_CALL, Level.ERROR, True)
    assert wide.opens


def test_another_errno_is_a_warning() -> None:
    before = recording("read", refused=(refusal("keyctl", 1),))
    (confinement,) = confined([before])
    after = recording("read", refused=(refusal("keyctl", 13),))
    (finding,) = checked(after, confinement).findings
    assert (finding.rule, finding.level, finding.name) == (Rule.OTHER_ERRNO, Level.WARNING, "keyctl")


def test_a_capability_that_nobody_needs_any_more_is_a_warning() -> None:
    needing = recording("chown", capabilities=(capability_check(capability=Capability.CAP_CHOWN),))
    (confinement,) = confined([needing])
    found = checked(recording("chown"), confinement).findings
    assert [(one.rule, one.name) for one in found] == [(Rule.NO_LONGER_SEEN, "CAP_CHOWN")]


def test_an_incomplete_recording_is_an_error_by_itself() -> None:
    (confinement,) = confined([recording("read")])
    cut = recording("read")
    lost = cut.completeness.model_copy(update={"lost": (LostCount(what=Lost.TASKS, count=1),)})
    with pytest.raises(IncompleteRecordingError):
        check([(cut.model_copy(update={"completeness": lost}), confinement)], today=TODAY)


DENY = Decision(allow=False, reason="a leak checker in tests", syscall="sync", line=7)
ALLOW = Decision(allow=True, reason="only under memory pressure", syscall="mlock", line=3)


def by_hand(one: Recording, *decisions: Decision) -> Report:
    (confinement,) = confined([recording("read")])
    own = {"web": decisions}
    return check([(one, confinement)], today=TODAY, decisions=own, project_file="profilegen.toml")


def test_a_deny_of_what_was_seen_is_red_and_says_why() -> None:
    (finding,) = by_hand(recording("read", "sync"), DENY).findings
    assert (finding.rule, finding.level) == (Rule.DENIED, Level.ERROR)
    assert "a leak checker in tests" in finding.text
    assert finding.place is not None
    assert finding.place.line == 7


@pytest.mark.parametrize(
    ("decision", "red"),
    [
        (replace(ALLOW, expires=date(2027, 1, 31)), False),  # the day counts
        (replace(ALLOW, expires=date(2027, 1, 30)), True),
        (replace(ALLOW, malformed=True), True),
        (ALLOW, False),
    ],
)
def test_an_expired_decision_is_red_and_says_expired(decision: Decision, red: bool) -> None:
    found = by_hand(recording("read"), decision).findings
    assert [one.rule for one in found] == [Rule.EXPIRED] * red
    assert all("expired" in one.text for one in found)
