import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profilegen.containers.cgroup_paths import owner_of
from profilegen.containers.model import EngineContainer
from profilegen.containers.random_tails import is_generated
from profilegen.containers.selection import Selection
from profilegen.containers.subject import subject_name
from profilegen.subject import safe_name

ID = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("path", "engine"),
    [
        (f"/docker/{ID}", "docker"),
        (f"/system.slice/docker-{ID}.scope", "docker"),
        (f"/docker/{ID}/nested/deeper", "docker"),
        (f"/machine.slice/libpod-{ID}.scope/container", "podman"),
        (f"/libpod_parent/libpod-{ID}", "podman"),
        (f"/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope", "containerd"),
        (f"/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:{ID}", "containerd"),
        (f"/system.slice/nerdctl-{ID}.scope", "containerd"),
        (f"/default/{ID}", ""),
        (f"/kubepods.slice/crio-{ID}.scope", "cri-o"),
        (f"/kubepods/besteffort/pod1/{ID}", ""),
    ],
)
def test_each_layout_names_engine_and_container(path: str, engine: str) -> None:
    owner = owner_of(path)
    assert owner is not None
    assert (owner.engine, owner.container_id, owner.user) == (engine, ID, None)


@pytest.mark.parametrize(
    ("path", "engine"),
    [
        (f"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{ID}.scope/container", "podman"),
        (f"/user.slice/user-1000.slice/user@1000.service/app.slice/docker-{ID}.scope", "docker"),
    ],
)
def test_a_rootless_engine_is_its_users(path: str, engine: str) -> None:
    owner = owner_of(path)
    assert owner is not None
    assert (owner.engine, owner.container_id, owner.user) == (engine, ID, 1000)


@pytest.mark.parametrize(
    "path", ["/", "/docker", f"/machine.slice/libpod-conmon-{ID}.scope", f"/docker/{ID[:-1]}"]
)
def test_other_cgroups_are_no_containers(path: str) -> None:
    assert owner_of(path) is None


@pytest.mark.parametrize(
    ("container", "name"),
    [
        (EngineContainer(ID, "web", "nginx", labels={"profilegen.subject": "shop"}), "shop"),
        (EngineContainer(ID, "p_web_1", "nginx", labels={"com.docker.compose.service": "web"}), "web"),
        (EngineContainer(ID, "web", "nginx"), "web"),
        (EngineContainer(ID, "happy_turing", "registry:5000/team/nginx:1.2"), "nginx"),
        (EngineContainer(ID, "happy_turing3", "nginx@sha256:00"), "nginx"),
        (EngineContainer(ID, "my_redis", "redis"), "my_redis"),
        (EngineContainer(ID, "happy_turing", ID), ID[:12]),
        (EngineContainer(ID), ID[:12]),
        (EngineContainer(ID, "web-3f2a9c1b", "nginx"), "web"),
        (EngineContainer(ID, "pytest-3f2a9c1b", "nginx"), "nginx"),
        (EngineContainer(ID, "a", labels={"profilegen.subject": "../../etc"}), "_._.._etc"),
    ],
)
def test_the_first_name_that_applies(container: EngineContainer, name: str) -> None:
    assert subject_name(container) == name


@given(st.text())
def test_a_subject_is_always_one_safe_path_element(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe[0] not in ".-"
    assert set(safe) <= set(string.ascii_letters + string.digits + "._-")


def test_only_the_engines_own_form_is_generated() -> None:
    assert is_generated("vigilant_hopper")
    assert is_generated("vigilant_hopper7")
    assert not is_generated("my_redis")
    assert not is_generated("happy-turing")


WEB = EngineContainer(
    ID,
    "web",
    "nginx:latest",
    "sha256:aa",
    labels={"com.docker.compose.service": "front", "tier": "edge"},
)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(containers=("web",)),
        Selection(containers=(ID[:12],)),
        Selection(images=("nginx",)),
        Selection(images=("ngin*",)),
        Selection(services=("front",)),
        Selection(containers=("absent",), services=("front",)),
        Selection(labels=("tier",)),
        Selection(labels=("tier=edge",)),
        Selection(labels=("tier=core", "com.docker.compose.service=front")),
    ],
)
def test_any_wish_selects(selection: Selection) -> None:
    assert selection.matches(WEB)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(containers=("we", "012")),
        Selection(images=("redis",)),
        Selection(services=("web",)),
        Selection(labels=("tier=", "tie", "tier=edge=1", "Tier")),
    ],
)
def test_no_wish_no_container(selection: Selection) -> None:
    assert not selection.matches(WEB)
    assert selection.unmatched(selection.fulfilled(WEB))


def test_unmatched_wishes_are_named_as_they_were_typed() -> None:
    selection = Selection(
        containers=("web", "db"), images=("x*",), services=("front",), labels=("a=b", "tier")
    )
    assert selection.unmatched(selection.fulfilled(WEB)) == ("--container db", "--image x*", "--label a=b")


def test_only_its_own_name_or_id_takes_a_container_that_runs_already() -> None:
    assert Selection(containers=("web",)).names_it(WEB)
    assert Selection(containers=(ID[:8],)).names_it(WEB)
    assert not Selection(images=("nginx",), services=("front",), labels=("tier",)).names_it(WEB)


def test_an_image_run_by_its_id_is_chosen_by_its_tag() -> None:
    by_id = EngineContainer(
        ID, "happy_turing", "sha256:aa", "sha256:aa", image_tags=("localhost/shop/web:1", "shop/web:2")
    )
    assert Selection(images=("shop/web:1",)).matches(by_id)
    by_name = replace(by_id, image="nginx")
    assert not Selection(images=("shop/web:1",)).matches(by_name)
