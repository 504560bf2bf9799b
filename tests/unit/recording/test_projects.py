"""Services of several projects: a project is its files, and two of them are two subjects."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profilegen.containers.model import EngineContainer
from profilegen.containers.projects import Project, project_of, short_names
from profilegen.recording import Recording, called, normalise, of_service, service_of, told_apart
from profilegen.subject import safe_name
from tests.support.recordings import recording
from tests.support.strategies import recordings

ID = "0123456789abcdef" * 4


def compose(folder: str, files: str, project: str = "p") -> EngineContainer:
    return EngineContainer(
        ID,
        labels={
            "com.docker.compose.service": "web",
            "com.docker.compose.project": project,
            "com.docker.compose.project.working_dir": folder,
            "com.docker.compose.project.config_files": files,
        },
    )


def pod(name: str) -> EngineContainer:
    return EngineContainer(ID, labels={"io.kubernetes.container.name": "web", "io.kubernetes.pod.name": name})


def names(*containers: EngineContainer) -> list[str]:
    projects = [project for project in map(project_of, containers) if project is not None]
    short = short_names(projects)
    return [short[project] for project in projects]


@pytest.mark.parametrize(
    ("folder", "files"),
    [
        ("/builds/x/shop", "/builds/x/shop/compose.yml"),  # compose v2
        ("/home/me/shop", "compose.yml"),  # 1.29, called in the folder
        ("/home/me/shop", "./compose.yml"),
        ("/home/me/shop", "shop/compose.yml"),  # called above it
        ("/home/me/shop", "me/shop/compose.yml"),
        ("/home/me/shop", "../shop/compose.yml"),
        ("/home/me/shop", "/home/me/shop/compose.yml,/home/me/shop/compose.override.yml"),
        (r"C:\Users\me\shop", r"compose.yml"),
    ],
)
def test_a_project_is_the_same_in_every_checkout(folder: str, files: str) -> None:
    assert names(compose(folder, files)) == ["shop:compose.yml"]


def test_the_name_of_a_project_means_nothing() -> None:
    one, other = (project_of(compose("/x/shop", "compose.yml", name)) for name in ("ci-1", "ci-2"))
    assert one == other


def test_projects_of_one_run_are_told_apart_by_as_much_of_the_path_as_it_takes() -> None:
    both = [compose("/x/a/docker", "compose.yml"), compose("/x/b/docker", "compose.yml")]
    assert names(*both) == ["a/docker:compose.yml", "b/docker:compose.yml"]
    assert names(*both[:1]) == ["docker:compose.yml"]
    assert names(compose("/x", "a.yml"), compose("/x", "b.yml")) == ["x:a.yml", "x:b.yml"]
    assert names(compose("/x", "one/a.yml")) == ["x:one/a.yml"]
    assert names(compose("/a", "f"), compose("/b/a", "f")) == ["a:f", "b/a:f"]


def test_a_service_without_a_folder_has_no_project() -> None:
    assert project_of(compose("", "compose.yml")) is None
    assert project_of(EngineContainer(ID, labels={"com.docker.compose.service": "web"})) is None


@pytest.mark.parametrize(
    "name", ["shop", "shop-7f9c6d5b4-x2x9k", "shop-5d6f7c8b9-abcde", "shop-0", "shop-12", "shop-x2x9k"]
)
def test_replicas_of_a_pod_are_one_workload(name: str) -> None:
    assert project_of(pod(name)) == Project(("shop",))


def test_other_pods_are_other_workloads() -> None:
    assert project_of(pod("api-v2-7f9c6d5b4-x2x9k")) == Project(("api-v2",))
    assert project_of(pod("users-7f9c6d5b4-x2x9k")) != project_of(pod("orders-7f9c6d5b4-x2x9k"))


def of(project: str, service: str = "web", subject: str = "web") -> Recording:
    plain = recording("read").model_copy(update={"subject": subject})
    return of_service(plain, service, project)


def subjects(*some: Recording) -> list[str]:
    return [one.subject for one in told_apart(some)]


def test_a_project_alone_has_the_services_name() -> None:
    assert subjects(of("a:compose.yml"), of("a:compose.yml")) == ["web", "web"]
    assert subjects(of("a:compose.yml"), of("b:compose.yml", "db", "db")) == ["web", "db"]
    assert subjects(of("a:compose.yml"), of("")) == ["web", "web"]


def test_where_two_meet_both_have_their_folder_before_it() -> None:
    assert subjects(of("a:f.yml"), of("b:f.yml"), of("")) == ["a-web", "b-web", "web"]
    assert subjects(of("a/docker:f.yml"), of("b/docker:f.yml")) == ["a_docker-web", "b_docker-web"]


def test_two_projects_in_one_folder_have_their_file_too() -> None:
    assert subjects(of("a:f.yml"), of("a:one/g.json"), of("b:f.yml")) == [
        "a-f-web",
        "a-one_g-web",
        "b-web",
    ]


def test_one_that_was_told_apart_stays_so() -> None:
    assert subjects(of("a:f.yml", subject="a-web"), of("a:f.yml")) == ["a-web", "a-web"]


def test_what_the_user_calls_them_is_what_they_are_called() -> None:
    both = called([of("a:f.yml"), of("b:f.yml")], "shop")
    assert subjects(*both) == ["shop", "shop"]
    assert [service_of(one) for one in both] == [("", ""), ("", "")]


@settings(max_examples=50)
@given(st.lists(recordings() | recordings("a-web"), max_size=4))
def test_telling_apart_is_done_once_and_in_any_order(some: list[Recording]) -> None:
    once = told_apart(some)
    assert told_apart(once) == once
    assert told_apart(some[::-1]) == once[::-1]
    for one in once:
        assert safe_name(one.subject) == one.subject
        normalise(Recording.model_validate(one.model_dump()))
