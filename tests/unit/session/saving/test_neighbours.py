"""A folder of recordings: what is there of other projects and images, and what is said of it."""

from pathlib import Path

import pytest

from profilegen.errors import UsageError
from profilegen.recording import Recording, load, of_service
from profilegen.session.saving.save import Saver
from profilegen.session.subjects import one_program, say_left_out
from tests.support.recordings import RUNC, recording

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def of(*names: str, project: str = "", image: str = A, name: str = "nginx", run: str = "0") -> Recording:
    container = RUNC.model_copy(update={"image": name, "image_id": image})
    return of_service(recording(*names, container=container, run_ids=(run * 32,)), "web", project)


def save(folder: Path, *some: Recording, append: bool = False) -> list[str]:
    said: list[str] = []
    written = Saver(folder, None, append=append, say=said.append).save(some)
    assert written.problem is None
    return said


def calls(folder: Path) -> dict[str, set[str]]:
    paths = sorted(folder.iterdir())
    return {
        path.name.removesuffix(".recording.json"): {c.name for c in load(path).syscalls} for path in paths
    }


def test_two_projects_of_one_run_have_two_files(tmp_path: Path) -> None:
    said = save(tmp_path, of("read", project="a:f.yml"), of("write", project="b:f.yml"))
    assert calls(tmp_path) == {"a-web": {"read"}, "b-web": {"write"}}
    assert [line for line in said if "the service web of a/f.yml is recorded as a-web" in line]


@pytest.mark.parametrize("append", [True, False])
def test_another_projects_recording_is_renamed_and_that_is_said(tmp_path: Path, append: bool) -> None:
    assert save(tmp_path, of("read", project="a:f.yml")) == []
    assert calls(tmp_path) == {"web": {"read"}}
    said = save(tmp_path, of("write", project="b:f.yml"), append=append)
    assert calls(tmp_path) == {"a-web": {"read"}, "b-web": {"write"}}
    assert load(tmp_path / "a-web.recording.json").subject == "a-web"
    assert [line for line in said if "web.recording.json is now a-web.recording.json" in line]
    save(tmp_path, of("umask", project="a:f.yml"), append=append)
    assert calls(tmp_path) == {"a-web": {"umask", "read"} if append else {"umask"}, "b-web": {"write"}}


def test_the_same_project_of_another_checkout_is_the_same_file(tmp_path: Path) -> None:
    save(tmp_path, of("read", project="a:f.yml"))
    assert save(tmp_path, of("write", project="a:f.yml"), append=True) == []
    assert calls(tmp_path) == {"web": {"read", "write"}}


def test_what_has_no_project_is_left_as_it_is(tmp_path: Path) -> None:
    save(tmp_path, of("read"))
    save(tmp_path, of("write", project="a:f.yml", image=B), append=True)
    assert calls(tmp_path) == {"web": {"read", "write"}}


def test_a_service_and_a_plain_container_of_its_name_and_image_are_one_file(tmp_path: Path) -> None:
    assert save(tmp_path, of("read"), of("write", project="a:f.yml", run="1")) == []
    assert calls(tmp_path) == {"web": {"read", "write"}}


def test_two_images_under_one_name_are_said(tmp_path: Path) -> None:
    (line,) = save(tmp_path, of("read"), of("write", image=B, name="redis"))
    assert calls(tmp_path) == {"web": {"read"}, "web-bbbbbbbb": {"write"}}
    assert "web.recording.json (nginx aaaaaaaaaaaa), web-bbbbbbbb.recording.json (redis bbbbbbbbbbbb)" in line


def test_another_image_that_is_appended_is_said(tmp_path: Path) -> None:
    save(tmp_path, of("read"))
    (line,) = save(tmp_path, of("write", image=B, name=B), append=True)
    assert "bbbbbbbbbbbb is merged with nginx aaaaaaaaaaaa" in line
    assert save(tmp_path, of("write", image=B), append=True) == []


def test_an_image_is_appended_to_its_own_file(tmp_path: Path) -> None:
    save(tmp_path, of("read"), of("write", image=B))
    assert save(tmp_path, of("umask", image=B), append=True) == []
    assert calls(tmp_path) == {"web": {"read"}, "web-bbbbbbbb": {"write", "umask"}}


def test_a_damaged_neighbour_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "a-web.recording.json").write_text("damaged")
    assert save(tmp_path, of("read", project="a:f.yml")) == []
    assert load(tmp_path / "web.recording.json")


def test_one_name_for_several_programs_is_an_error_that_keeps_them() -> None:
    error = one_program("shop", [of("read"), of("write", image=B, name="redis")])
    assert isinstance(error, UsageError)
    assert "nginx aaaaaaaaaaaa, redis bbbbbbbbbbbb" in error.cause
    assert one_program("shop", [of("read"), of("write")]) is None
    assert one_program("", [of("read"), of("write", image=B)]) is None


@pytest.mark.parametrize(("count", "text"), [(1, "1 container "), (3, "3 containers ")])
def test_containers_of_the_engines_own_and_of_others_are_counted(count: int, text: str) -> None:
    said: list[str] = []
    say_left_out(count, 0, said.append)
    say_left_out(0, count, said.append)
    assert len(said) == 2
    assert all(line.startswith(text) for line in said)
    say_left_out(0, 0, said.append)
    assert len(said) == 2
