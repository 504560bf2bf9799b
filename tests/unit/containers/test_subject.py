"""How a subject is called: by its role, by its image, never by what changes from run to run."""

import pytest

from profilegen.containers.cgroup_paths import owner_of
from profilegen.containers.helpers import is_helper
from profilegen.containers.images import image_name, run_by_id
from profilegen.containers.labels import chosen_labels
from profilegen.containers.model import EngineContainer
from profilegen.containers.subject import named_by_role, subject_name

ID = "0123456789abcdef" * 4
IMAGE = "sha256:" + "6ebb195a5c48" + "0" * 52
COMPOSE = {"com.docker.compose.service": "web"}


@pytest.mark.parametrize(
    "labels",
    [
        {"profilegen.subject": "web", "com.docker.swarm.service.name": "x"},
        {"com.docker.swarm.service.name": "web", "com.docker.compose.service": "x"},
        {"io.kubernetes.container.name": "web", "io.kubernetes.pod.name": "shop-7f9c6d5b4-x2x9k"},
        {"com.amazonaws.ecs.container-name": "web"},
        {"com.hashicorp.nomad.task_name": "web"},
        {"com.gitlab.gitlab-runner.service": "library/web"},
        COMPOSE,
        {**COMPOSE, "com.docker.compose.oneoff": "False"},
        {"io.podman.compose.service": "web"},
        {"com.docker.swarm.service.name": ""} | COMPOSE,
    ],
)
def test_a_label_of_the_role_comes_before_the_name(labels: dict[str, str]) -> None:
    assert subject_name(EngineContainer(ID, "named", "nginx", labels=labels)) == "web"
    assert subject_name(EngineContainer(ID, "named", "nginx", labels=labels), "chosen") == "chosen"


def test_what_compose_runs_once_is_apart_from_the_service() -> None:
    once = EngineContainer(
        ID, "a_web_run_246c64d7bfe1", labels={**COMPOSE, "com.docker.compose.oneoff": "True"}
    )
    assert subject_name(once) == "web-run"
    assert subject_name(EngineContainer(ID, "shop_web_tmp4711", labels=COMPOSE)) == "web-run"
    assert subject_name(EngineContainer(ID, "shop-web-tmp-1", labels=COMPOSE)) == "web"
    assert subject_name(EngineContainer(ID, "shop_db_tmp4711", labels=COMPOSE)) == "web"


def test_a_role_counts_only_where_it_names_the_subject() -> None:
    assert named_by_role(EngineContainer(ID, labels=COMPOSE)) == "web"
    assert named_by_role(EngineContainer(ID, labels=COMPOSE), "chosen") == ""
    assert named_by_role(EngineContainer(ID, labels={**COMPOSE, "profilegen.subject": "web"})) == ""
    assert named_by_role(EngineContainer(ID, "web")) == ""


def test_labels_that_nobody_asked_for_stay_with_the_engine() -> None:
    labels = {"token": "secret", "app": "shop", **COMPOSE}
    assert chosen_labels(labels) == COMPOSE
    assert chosen_labels(labels, ["app"]) == {**COMPOSE, "app": "shop"}


@pytest.mark.parametrize("reference", [IMAGE, IMAGE[7:], IMAGE[7:19], "6ebb", IMAGE[:19]])
def test_an_image_run_by_its_id_is_called_by_its_tag_or_its_id(reference: str) -> None:
    bare = EngineContainer(ID, "happy_turing", reference, IMAGE)
    assert run_by_id(bare)
    assert subject_name(bare) == "6ebb195a5c48"
    tagged = EngineContainer(ID, "happy_turing", reference, IMAGE, image_tags=("z:1", "reg:5000/shop/web:2"))
    assert subject_name(tagged) == "web"
    assert subject_name(EngineContainer(ID, "front", reference, IMAGE)) == "front"


def test_two_images_without_names_are_two_subjects() -> None:
    names = {subject_name(EngineContainer(ID, "", one, one)) for one in (IMAGE, "sha256:" + "1" * 64)}
    assert names == {"6ebb195a5c48", "111111111111"}


@pytest.mark.parametrize(
    ("reference", "tags", "name"),
    [
        ("6ebb", ("6ebb:latest",), "6ebb"),  # a tag comes before an id
        ("6ebb:1", ("6ebb:1",), "6ebb"),
        ("nginx", (), "nginx"),
        ("nginx@sha256:00", (), "nginx"),
        ("facade", (), "facade"),
        ("reg:5000/team/nginx:1.2", ("other:1",), "nginx"),
        ("", (), ""),
    ],
)
def test_an_image_run_by_its_name_keeps_it(reference: str, tags: tuple[str, ...], name: str) -> None:
    container = EngineContainer(ID, "", reference, IMAGE, image_tags=tags)
    assert not run_by_id(container)
    assert image_name(container) == name


def test_an_unknown_image_is_called_by_the_id_it_was_run_by() -> None:
    assert image_name(EngineContainer(ID, "", IMAGE)) == "6ebb195a5c48"
    assert image_name(EngineContainer(ID, "", "facade")) == "facade"


def test_a_build_step_is_no_subject() -> None:
    step = EngineContainer(ID, "happy_turing", IMAGE, IMAGE, engine="docker", log_driver="none")
    assert is_helper(step)


@pytest.mark.parametrize(
    "container",
    [
        EngineContainer(ID, "happy_turing", "nginx", IMAGE, log_driver="none"),
        EngineContainer(ID, "web", IMAGE, IMAGE, log_driver="none"),
        EngineContainer(ID, "happy_turing", IMAGE, IMAGE, log_driver="json-file"),
        EngineContainer(ID, "happy_turing", IMAGE[7:19], IMAGE, log_driver="none"),
        EngineContainer(ID, "web-infra", "nginx", engine="podman"),
        EngineContainer(ID, "246c64d7bfe1-infra", "nginx", engine="docker"),
        EngineContainer(ID, "x", labels={"io.kubernetes.container.name": "pod"}),
    ],
)
def test_a_container_without_a_log_or_a_name_is_one_all_the_same(container: EngineContainer) -> None:
    assert not is_helper(container)


def test_what_holds_a_pod_is_no_subject() -> None:
    assert is_helper(EngineContainer(ID, "x", labels={"io.kubernetes.container.name": "POD"}))
    assert is_helper(EngineContainer(ID, "246c64d7bfe1-infra", "podman-pause", engine="podman"))


@pytest.mark.parametrize(
    "path",
    [
        "/buildah-buildah1963603344",
        "/machine.slice/buildah-buildah1963603344.scope",
        "/docker/buildkit/k9yq1mvz2d4g7tq0p3x8w5s6b",
    ],
)
def test_steps_of_other_builders_have_cgroups_of_no_container(path: str) -> None:
    assert owner_of(path) is None
