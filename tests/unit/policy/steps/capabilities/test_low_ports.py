"""Ports below 1024 that were bound where that is free: said, and a need by engine, version and wish."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from profilegen.capabilities import Capability
from profilegen.cli.emit import emit
from profilegen.errors import UsageError
from profilegen.formats import capabilities
from profilegen.formats.apparmor import profile as apparmor
from profilegen.policy.model import Policy
from profilegen.policy.options import DeriveOptions, LowPorts, parse_low_ports
from profilegen.policy.steps.capabilities.low_ports import needed_for
from profilegen.recording import Container, ExecutedFile, LowPort, Recording, save
from profilegen.render import policy as summary
from profilegen.render.recording_json import document
from profilegen.seccomp.reference import DOCKER
from tests.support.recordings import RUNC, check, derive, recording

SERVICE = Capability.CAP_NET_BIND_SERVICE
DOCKER_24 = RUNC.model_copy(update={"engine": "docker", "engine_version": "24.0.7"})
PODMAN = RUNC.model_copy(update={"engine": "podman", "engine_version": "5.4.2"})
PORT = LowPort(port=81, start=0, programs=("/bin/web",))


def bound(*containers: Container, ports: tuple[LowPort, ...] = (PORT,), **fields: object) -> Recording:
    seen = recording("bind", low_ports=ports, **fields)  # type: ignore[arg-type]
    return seen.model_copy(update={"containers": containers})


def derived(seen: Recording, wanted: LowPorts = LowPorts.AUTO) -> Policy:
    return derive([seen], DeriveOptions(low_ports=wanted))


def kept(policy: Policy) -> bool:
    return SERVICE in {rule.capability for rule in policy.capabilities}


@pytest.mark.parametrize(
    ("engine", "version", "needed"),
    [
        ("docker", "20.10.24+dfsg1", False),
        ("docker", "19.03.15", True),
        ("docker", "", True),
        ("podman", "5.4.2", True),
        ("cri-o", "1.34", True),
        ("containerd", "2.1.0", False),
        ("containerd", "1.7.28", True),
        ("nerdctl", "2.3.5", False),
        ("nerdctl", "2.2.0", True),
        ("unheard-of", "1", True),
        ("", "", True),
    ],
)
def test_by_default_it_is_kept_where_the_engine_needs_it(engine: str, version: str, needed: bool) -> None:
    container = RUNC.model_copy(update={"engine": engine, "engine_version": version})
    assert kept(derived(bound(container))) is needed


def test_one_engine_of_several_that_needs_it_is_enough() -> None:
    assert kept(derived(bound(DOCKER_24, PODMAN.model_copy(update={"id": "b" * 64}))))


def test_a_program_of_no_container_is_in_the_hosts_network() -> None:
    assert kept(derived(bound()))


@pytest.mark.parametrize("container", [DOCKER_24, PODMAN])
def test_the_user_has_the_last_word(container: Container) -> None:
    assert kept(derived(bound(container), LowPorts.YES))
    assert not kept(derived(bound(container), LowPorts.NO))


@pytest.mark.parametrize("wanted", LowPorts)
def test_it_is_said_in_any_case_with_the_option_that_turns_it(wanted: LowPorts) -> None:
    policy = derived(bound(DOCKER_24), wanted)
    (line,) = (text for text in summary.render(policy).splitlines() if "port 81 is free" in text)
    assert "needs NET_BIND_SERVICE with --network host" in line
    assert ("--low-ports no" if kept(policy) else "--low-ports yes") in line
    sentence = needed_for(policy.low_ports)
    assert f"# elsewhere: {sentence}\n" in capabilities.render(policy)
    assert f"# {sentence}" in apparmor.render(policy)
    assert policy.model_dump(mode="json")["low_ports"] == [81]


def test_the_sentence_names_hosts_network_first_and_what_asks_by_version() -> None:
    assert needed_for([81, 443]) == (
        "ports 81, 443 are free to bind where they were recorded; binding them needs NET_BIND_SERVICE with "
        "--network host, containerd before 2.0, CRI-O, "
        "Docker before 20.10, nerdctl before 2.3 or Podman"
    )


def test_of_many_ports_the_sentence_names_a_few() -> None:
    assert "and 1015 more" in needed_for(range(1, 1024))


def test_the_reason_has_port_and_program_and_nothing_that_steers_a_terminal() -> None:
    hostile = PORT.model_copy(update={"programs": ("/\x1b[2Jweb",)})
    policy = derived(bound(DOCKER_24, ports=(hostile,)), LowPorts.YES)
    (rule,) = (rule for rule in policy.capabilities if rule.capability is SERVICE)
    assert [reason.text for reason in rule.reasons] == [
        "/\\x1b[2Jweb binds port 81, which was free where it was recorded"
    ]


@pytest.mark.parametrize("wanted", LowPorts)
@pytest.mark.parametrize("container", [DOCKER_24, PODMAN])
def test_what_the_kernel_asked_for_is_kept_and_nothing_is_said(
    wanted: LowPorts, container: Container
) -> None:
    asked = (check(capability=SERVICE, syscalls=("bind",)),)
    policy = derived(bound(container, capabilities=asked), wanted)
    assert policy == derived(bound(container, ports=(), capabilities=asked), wanted)
    assert kept(policy)


def test_a_file_capability_is_enough_of_a_reason() -> None:
    file = ExecutedFile(path="/web", examined=True, file_capabilities=(SERVICE,), file_effective=True)
    policy = derived(bound(DOCKER_24, executed=(file,)), LowPorts.NO)
    assert kept(policy)
    assert policy.low_ports == ()


@pytest.mark.parametrize("wanted", LowPorts)
def test_without_such_a_port_the_option_changes_nothing(wanted: LowPorts) -> None:
    assert derived(bound(PODMAN, ports=()), wanted) == derived(bound(PODMAN, ports=()))


def test_beyond_the_measure_it_is_named() -> None:
    strict = DeriveOptions(measure=replace(DOCKER, capabilities=frozenset()))
    assert SERVICE.value in {one.name for one in derive([bound(PODMAN)], strict).wider}
    assert SERVICE.value not in {one.name for one in derived(bound(PODMAN)).wider}


def test_another_word_is_refused_with_those_that_there_are() -> None:
    assert parse_low_ports("no") is LowPorts.NO
    with pytest.raises(UsageError, match="--low-ports takes auto, yes or no, not 'maybe'"):
        parse_low_ports("maybe")


def test_show_has_it_as_text_and_as_json() -> None:
    (port,) = document(bound(DOCKER_24))["low_ports"]
    assert (port["port"], port["start"], port["programs"]) == (81, 0, ["/bin/web"])


def test_the_command_line_takes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "web.recording.json"
    save(bound(DOCKER_24), file)
    for word, there in (("yes", True), ("no", False), ("auto", False)):
        emit([file], tmp_path, low_ports=word, as_json=True)
        (policy,) = json.loads(capsys.readouterr().out)["policies"]
        assert ("NET_BIND_SERVICE" in policy["spellings"]["docker run"]) is there
        assert policy["low_ports"] == [81]
        assert ("NET_BIND_SERVICE" in (tmp_path / "web" / "docker-run.args").read_text()) is there
