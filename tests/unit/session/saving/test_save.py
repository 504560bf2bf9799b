"""Recordings on disk while the session goes on: whole, under the right name, and nothing lost."""

from pathlib import Path

import pytest

from profilegen.abi import Abi
from profilegen.recording import Container, Host, Phase, Recording, Syscall, load, of_service, save
from profilegen.recording.merge import merge
from profilegen.session.saving.save import Saver

ONE, OTHER = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def recorded(*names: str, image: str = ONE, subject: str = "web", run: str = "0") -> Recording:
    return Recording(
        subject=subject,
        run_ids=(run * 32,),
        hosts=(Host(kernel="6.18", arch=Abi.X86_64),),
        containers=(Container(id=image[7:], name="web", image_id=image),),
        syscalls=tuple(Syscall(abi=Abi.X86_64, name=name, phases=(Phase.APP,)) for name in names),
    )


def names(path: Path) -> set[str]:
    return {call.name for call in load(path).syscalls}


def saver(directory: Path, *, append: bool = False) -> tuple[Saver, list[str]]:
    said: list[str] = []
    return Saver(directory, None, append=append, say=said.append), said


def test_what_grows_is_written_again_and_what_does_not_is_left_alone(tmp_path: Path) -> None:
    made, said = saver(tmp_path)
    made.save([recorded("read")])
    before = (tmp_path / "web.recording.json").stat()
    made.save([recorded("read")])
    assert (tmp_path / "web.recording.json").stat().st_ino == before.st_ino
    made.save([recorded("read", "write")])
    assert names(tmp_path / "web.recording.json") == {"read", "write"}
    assert said == []


def test_a_file_that_vanished_meanwhile_is_made_again(tmp_path: Path) -> None:
    made, _ = saver(tmp_path)
    (path,) = made.save([recorded("read")]).files
    path.unlink()
    made.save([recorded("read")])
    assert names(path) == {"read"}


def test_an_earlier_recording_is_replaced_with_a_word(tmp_path: Path) -> None:
    path = tmp_path / "web.recording.json"
    save(recorded("mkdir", run="1"), path)
    made, said = saver(tmp_path)
    made.save([recorded("read")])
    made.save([recorded("read", "write")])
    assert said == ["replaces the earlier recording of web (--append merges)"]
    assert names(path) == {"read", "write"}


def test_append_merges_with_what_was_there_before_the_session(tmp_path: Path) -> None:
    path = tmp_path / "web.recording.json"
    save(recorded("mkdir", run="1"), path)
    made, said = saver(tmp_path, append=True)
    made.save([recorded("read")])
    made.save([recorded("read", "write")])
    assert said == []
    assert load(path) == merge([recorded("mkdir", run="1"), recorded("read", "write")])


@pytest.mark.parametrize("append", [False, True])
def test_one_that_began_earlier_and_ended_later_takes_the_plain_name(tmp_path: Path, *, append: bool) -> None:
    """The other image's container had ended first, and was saved under that name."""
    path = tmp_path / "web.recording.json"
    if append:
        save(recorded("mkdir", run="1"), path)
    made, _ = saver(tmp_path, append=append)
    made.save([recorded("write", image=OTHER)])
    made.save([recorded("read"), recorded("write", image=OTHER)])
    assert names(path) == ({"read", "mkdir"} if append else {"read"})
    assert names(tmp_path / "web-22222222.recording.json") == {"write"}


def test_a_name_that_is_given_up_is_taken_back(tmp_path: Path) -> None:
    save(recorded("mkdir", run="1"), tmp_path / "old.recording.json")
    made, _ = saver(tmp_path, append=True)
    made.save([recorded("read"), recorded("read", subject="old")])
    made.save([recorded("read", subject="new")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.recording.json", "old.recording.json"]
    assert names(tmp_path / "old.recording.json") == {"mkdir"}


def of_project(project: str, *calls: str, run: str = "0") -> Recording:
    return of_service(recorded(*calls, run=run), "web", project)


@pytest.mark.parametrize("append", [False, True])
def test_two_projects_that_meet_while_the_session_goes_on(tmp_path: Path, *, append: bool) -> None:
    """The first was alone, and had the plain name, when its container ended; the folder has one of it too."""
    save(of_project("a:f.yml", "mkdir", run="1"), tmp_path / "web.recording.json")
    made, said = saver(tmp_path, append=append)
    made.save([of_project("a:f.yml", "read")])
    both = [of_project("a:f.yml", "read"), of_project("b:f.yml", "write")]
    made.save(both)
    made.save(both)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a-web.recording.json",
        "b-web.recording.json",
    ]
    assert names(tmp_path / "a-web.recording.json") == ({"read", "mkdir"} if append else {"read"})
    assert names(tmp_path / "b-web.recording.json") == {"write"}
    assert len(said) == len(set(said))
    assert [line for line in said if "is now a-web.recording.json" in line]
