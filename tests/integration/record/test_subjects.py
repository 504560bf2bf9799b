"""Subjects: one name in every run and under every engine, and never two programs under one name."""

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from profilegen.recording import load
from tests.support.containers import BASE, PROGRAMS, container, docker
from tests.support.podman import podman_with_images
from tests.support.recorder import calls, profilegen, record_command

pytestmark = [pytest.mark.kernel, pytest.mark.engine]

PREFIX = "profilegen-subjects"
ROLES = (
    "com.docker.swarm.service.name",
    "io.kubernetes.container.name",
    "com.amazonaws.ecs.container-name",
    "com.hashicorp.nomad.task_name",
    "profilegen.subject",
)


def names(directory: Path) -> list[str]:
    return sorted(path.name.removesuffix(".recording.json") for path in directory.glob("*.recording.json"))


def shell(directory: Path, script: str, *options: str, status: int = 0) -> str:
    done = record_command(directory, "sh", "-euc", script, options=options)
    assert done.status == status, done.err
    return done.err


def project(folder: Path, command: str = "/calls23") -> str:
    """A compose project of one service `web`; returns its file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "docker-compose.yml"
    file.write_text(f'version: "2.4"\nservices:\n  web:\n    image: {PROGRAMS}\n    command: {command}\n')
    return str(file)


def up_and_down(file: str, *between: str) -> str:
    """Command lines of one project under a name of its own, as in CI; ``between`` are further ones."""
    command = f"docker-compose -p {PREFIX}-{secrets.token_hex(4)} -f {file}"
    return "; ".join(f"{command} {words}" for words in ("up", *between, "down"))


@pytest.fixture
def images() -> Iterator[list[str]]:
    """Ids of images that the test makes; removed at its end."""
    made: list[str] = []
    yield made
    subprocess.run(["docker", "rmi", "--force", *made], capture_output=True, check=False)


def built(images: list[str], dockerfile: str, *options: str) -> str:
    image = docker("build", "--quiet", "--force-rm", *options, "-", text=dockerfile).strip()
    images.append(image)
    return image


def test_one_service_is_one_file_however_it_is_run(tmp_path: Path) -> None:
    """Twice in a row: by docker, by compose, by podman, and with the labels of orchestrators."""
    file = project(tmp_path / "shop", "/calls23")
    with podman_with_images(tmp_path, images=(PROGRAMS,)):
        for _ in range(2):
            tail = "".join(secrets.choice("0123456789abcdefghijklmnopqrstuvwxyz") for _ in range(25))
            named = ("web", f"web.1.{tail}", f"web-{secrets.token_hex(6)}", "web-7f9c6d5b4-x2x9k")
            docker_run = [f"docker run --rm --name {name} {PROGRAMS} /calls23" for name in named]
            labelled = [
                f"docker run --rm --name x-{secrets.token_hex(4)} --label {label}=web {PROGRAMS} /calls23"
                for label in ROLES
            ]
            by_podman = f"podman run --rm --name web {PROGRAMS} /calls23"
            script = "; ".join([*docker_run, *labelled, by_podman, up_and_down(file)])
            shell(tmp_path / "out", script, "--append")
            assert names(tmp_path / "out") == ["web"]
    assert len(load(tmp_path / "out" / "web.recording.json").run_ids) == 2


def test_images_without_a_name_are_subjects_of_their_own(tmp_path: Path, images: list[str]) -> None:
    one = built(images, f'FROM {BASE}\nCMD ["uname"]\n')
    other = built(images, f'FROM {BASE}\nCMD ["mkdir", "/x"]\n')
    ids = [image.removeprefix("sha256:") for image in (one, other)]
    docker("tag", other, f"{PREFIX}/tagged:1")
    runs = [f"docker run --rm {image}" for image in (one, ids[0], ids[0][:12], other, ids[1][:8])]
    shell(tmp_path, "; ".join(runs))
    assert names(tmp_path) == sorted([ids[0][:12], "tagged"])
    assert "mkdir" in calls(load(tmp_path / "tagged.recording.json"))
    assert "mkdir" not in calls(load(tmp_path / f"{ids[0][:12]}.recording.json"))


def test_a_step_of_a_build_is_no_subject(tmp_path: Path, images: list[str]) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {BASE}\nRUN uname\nRUN mkdir /x\n")
    tag = f"{PREFIX}/built"
    images.append(tag)
    build = f"docker build --quiet --no-cache --force-rm --tag {tag} {tmp_path}"
    said = shell(tmp_path / "out", f"{build}; docker run --rm --name after {BASE} true")
    assert names(tmp_path / "out") == ["after"]
    assert "2 containers that build an image" in said


def test_what_compose_runs_once_is_apart_from_the_service(tmp_path: Path) -> None:
    file = project(tmp_path / "shop")
    out = tmp_path / "out"
    shell(out, up_and_down(file, "run --rm -T web /static32"))
    assert names(out) == ["web", "web-run"]
    assert load(out / "web.recording.json").containers[0].command == ("/calls23",)
    assert load(out / "web-run.recording.json").containers[0].command == ("/static32",)


def test_services_of_two_projects_are_two_subjects(tmp_path: Path) -> None:
    a, b = project(tmp_path / "a", "/calls23"), project(tmp_path / "b", "/static32")
    both = tmp_path / "both"
    shell(both, f"{up_and_down(a)}; {up_and_down(b)}")
    assert names(both) == ["a-web", "b-web"]
    emitted = profilegen("emit", *map(str, both.glob("*.json")), "-o", str(tmp_path / "profiles"))
    assert emitted.status == 0, emitted.err
    assert sorted(path.name for path in (tmp_path / "profiles").iterdir()) == ["a-web", "b-web"]

    one_by_one = tmp_path / "one"
    shell(one_by_one, up_and_down(a))
    assert names(one_by_one) == ["web"]
    said = shell(one_by_one, up_and_down(b))
    assert names(one_by_one) == ["a-web", "b-web"]
    assert "web.recording.json is now a-web.recording.json" in said


def test_a_project_is_its_files_and_not_its_name(tmp_path: Path) -> None:
    """Another checkout of it, elsewhere."""
    for checkout in ("here", "there"):
        shell(tmp_path / "out", up_and_down(project(tmp_path / checkout / "shop", "/calls23")), "--append")
    assert names(tmp_path / "out") == ["web"]
    assert "checkout" not in (tmp_path / "out" / "web.recording.json").read_text()


def test_a_label_chooses_and_is_in_no_recording(tmp_path: Path) -> None:
    runs = [
        f"docker run --rm --name {name} --label stage={name}-secret {PROGRAMS} /calls23"
        for name in ("one", "two", "three")
    ]
    options = ("--label", "stage=one-secret", "--label", "stage=two-secret")
    shell(tmp_path, "; ".join(runs), *options)
    assert names(tmp_path) == ["one", "two"]
    assert "secret" not in (tmp_path / "one.recording.json").read_text()
    shell(tmp_path / "all", "; ".join(runs), "--label", "stage")
    assert names(tmp_path / "all") == ["one", "three", "two"]


def test_the_chosen_name_is_for_one_program(tmp_path: Path) -> None:
    one = f"docker run --rm {PROGRAMS} /calls23"
    shell(tmp_path / "one", f"{one}; {one}", "--subject", "shop")
    assert names(tmp_path / "one") == ["shop"]
    done = record_command(
        tmp_path / "two", "sh", "-c", f"{one}; docker run --rm {BASE} true", options=("--subject", "shop")
    )
    assert done.status == 2
    assert "--subject shop was given to containers of different images" in done.err
    assert len(names(tmp_path / "two")) == 2


def test_a_container_that_runs_already_is_taken_by_its_name_alone(tmp_path: Path) -> None:
    name = f"{PREFIX}-running"
    script = f"docker exec {name} mkdir -p /x; docker run --rm --name fresh --label app=shop {BASE} true"
    with container(name, BASE, "sleep", "600", options=("--init", "--label", "app=shop")):
        for number, options in enumerate(
            ((), ("--image", BASE), ("--label", "app=shop"), ("--label", "app", "--container", "fresh"))
        ):
            said = shell(tmp_path / str(number), script, *options)
            assert names(tmp_path / str(number)) == ["fresh"]
            assert ("was already running: it is not recorded" in said) == bool(options)
        shell(tmp_path / "named", script, "--container", name, status=5)
        assert names(tmp_path / "named") == [name]


def test_a_process_is_called_by_its_script(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("print()\n")
    for command in (("python3", str(tmp_path / "app.py")), ("python3", "-m", "this")):
        done = profilegen("record", "--process", "-o", str(tmp_path / "out"), "--", *command)
        assert done.status == 0, done.err
    assert names(tmp_path / "out") == ["app.py", "this"]
