"""The compose file: what YAML reads is what was meant, whatever a service is called."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from profilegen.formats.compose import Service, is_as_written, render

FLAGS = ("--cap-drop=ALL", "--cap-add=CHOWN", "--security-opt=no-new-privileges", "--security-opt=apparmor=x")


def test_each_flag_has_a_key() -> None:
    document = yaml.safe_load(render([Service("web", FLAGS, "profiles/web/seccomp.json")]))
    assert document == {
        "services": {
            "web": {
                "privileged": False,
                "cap_drop": ["ALL"],
                "cap_add": ["CHOWN"],
                "security_opt": ["no-new-privileges", "apparmor:x", "seccomp:profiles/web/seccomp.json"],
            }
        }
    }


@given(st.lists(st.text(min_size=1), unique=True), st.text(min_size=1))
def test_no_name_becomes_syntax(names: list[str], path: str) -> None:
    services = yaml.safe_load(render(Service(name, FLAGS, path) for name in names))["services"] or {}
    assert set(services) == set(names)
    assert all(one["security_opt"][-1] == f"seccomp:{path}" for one in services.values())


def test_a_hand_is_seen() -> None:
    text = render([Service("web", FLAGS)])
    assert is_as_written(text)
    assert not is_as_written(text.replace("CHOWN", "SYS_ADMIN"))
    assert not is_as_written("")
