"""The compose file of a project: which of the recordings are its services."""

from pathlib import Path

import pytest
import yaml

from profilegen.errors import UsageError
from profilegen.profiles.make import make
from profilegen.profiles.project_file import project_file
from profilegen.profiles.request import parse
from profilegen.recording import Recording, of_service
from tests.support.recordings import recording


def service(name: str, project: str = "shop:compose.yml") -> Recording:
    return of_service(recording("read", "write", subject=name), name, project)


def written(*recordings: Recording) -> tuple[dict[str, object], tuple[str, ...]]:
    made = make(recordings, parse(formats=["compose"]))
    text, notes = project_file(made, Path("profiles"), with_apparmor=False)
    return yaml.safe_load(text)["services"], notes


def test_every_service_is_in_it() -> None:
    services, notes = written(service("web"), service("db"))
    assert set(services) == {"db", "web"}
    assert notes == ()
    assert services["web"]["security_opt"][-1] == "seccomp:profiles/web/seccomp.json"  # type: ignore[index]


def test_what_is_no_service_is_left_out_and_said() -> None:
    services, notes = written(service("web"), recording("read", subject="tool"))
    assert set(services) == {"web"}
    assert notes == ("compose.profilegen.yaml leaves out tool: not a service of the project",)


def test_compose_run_is_no_service_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "compose.yml").write_text("services: {web: {image: x}}")
    monkeypatch.chdir(tmp_path)
    services, notes = written(service("web"), service("web-run"))
    assert set(services) == {"web"}
    assert "web-run" in notes[0]


@pytest.mark.parametrize(
    ("recordings", "text"),
    [
        ((recording("read"),), "these recordings are of none"),
        (
            (service("web"), service("db", "other:compose.yml")),
            "several: other/compose.yml, shop/compose.yml",
        ),
    ],
)
def test_one_project_has_one_file(recordings: tuple[Recording, ...], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        written(*recordings)
