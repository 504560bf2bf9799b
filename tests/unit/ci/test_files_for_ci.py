"""The action, the component, the hooks and the workflows that docs show are as their schemas say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from profilegen.capabilities import Capability
from profilegen.cli.app import app
from profilegen.formats.capabilities import Listing, spellings

TOP = Path(__file__).parents[3]
COMPONENT = TOP / "templates" / "check" / "template.yml"
COMPOSE = TOP / "docs" / "compose.md"
HOOKS = TOP / ".pre-commit-hooks.yaml"
SHOWN = re.findall(
    r"^```yaml\n# (\S+)\n(.*?)^```", (TOP / "docs" / "ci.md").read_text(), re.MULTILINE | re.DOTALL
)
KINDS = {".github/workflows/profiles.yml": "github-workflows", ".gitlab-ci.yml": "gitlab-ci"}


def validated(kind: str, file: Path) -> str:
    """What check-jsonschema says; empty: it is valid."""
    words = ["-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", str(file)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_action_is_one() -> None:
    assert not validated("github-actions", TOP / "action.yml")


def test_a_damaged_action_is_none(tmp_path: Path) -> None:
    damaged = tmp_path / "action.yml"
    damaged.write_text((TOP / "action.yml").read_text().replace("using: composite", "using: compost"))
    assert validated("github-actions", damaged)


def test_no_input_of_the_action_is_put_into_a_script() -> None:
    action = yaml.safe_load((TOP / "action.yml").read_text())
    scripts = [step["run"] for step in action["runs"]["steps"]]
    assert len(scripts) == 3
    assert not [script for script in scripts if "${{" in script]


def test_the_component_has_described_inputs_and_jobs(tmp_path: Path) -> None:
    head, jobs = yaml.safe_load_all(COMPONENT.read_text())
    job = tmp_path / "jobs.yml"
    job.write_text(yaml.safe_dump(jobs))
    assert not validated("gitlab-ci", job)
    inputs = head["spec"]["inputs"]
    assert all(one["description"] and "default" in one for one in inputs.values())
    assert set(re.findall(r"\$\[\[ inputs\.(\w+) \]\]", COMPONENT.read_text())) == inputs.keys()


@pytest.mark.parametrize("hook", yaml.safe_load(HOOKS.read_text()), ids=lambda hook: hook["id"])
def test_a_hook_runs_a_command_that_profilegen_takes(hook: dict[str, Any]) -> None:
    program, name, *words = hook["entry"].split() + hook.get("args", [])
    assert program == "profilegen"
    group = typer.main.get_command(app)
    context = group.make_context("profilegen", [name, "--help"], resilient_parsing=True)
    command = group.get_command(context, name)  # type: ignore[attr-defined]
    assert command.make_context(name, words, parent=context)
    assert re.search(hook["files"], "profiles/web/seccomp.arm64.json")
    assert not re.search(hook["files"], "src/web.py")


def test_docs_show_a_workflow_of_each_kind() -> None:
    assert {name for name, _ in SHOWN} == {*KINDS, ".pre-commit-config.yaml"}


@pytest.mark.parametrize(("name", "text"), [one for one in SHOWN if one[0] in KINDS])
def test_a_workflow_that_docs_show_is_one(name: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(text)
    assert not validated(KINDS[name], file)
    assert yaml.safe_load(text)


@pytest.mark.parametrize("page", [COMPOSE.read_text(), COMPOSE.read_text().replace("cap_drop:", "cap_dorp:")])
def test_the_compose_file_that_docs_show_is_one(page: str, tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    file = tmp_path / "compose.yaml"
    file.write_text(shown)
    assert bool(validated("compose-spec", file)) is ("cap_dorp" in page)


def test_what_capabilities_txt_has_for_compose_fits_a_service(tmp_path: Path) -> None:
    kept = dict.fromkeys((Capability.CAP_CHOWN, Capability.CAP_NET_RAW), "because")
    service = {"image": "web", **yaml.safe_load(spellings(Listing("web", kept))["compose"])}
    assert service["cap_add"] == ["CHOWN", "NET_RAW"]
    file = tmp_path / "compose.yaml"
    file.write_text(yaml.safe_dump({"services": {"web": service}}))
    assert not validated("compose-spec", file)


@pytest.mark.parametrize(
    ("kind", "file"), [("github-workflows", ".github/workflows/test.yml"), ("compose-spec", "compose.yml")]
)
def test_the_shop_has_files_that_are_what_they_should_be(kind: str, file: str) -> None:
    assert not validated(kind, TOP / "examples" / "shop" / file)
