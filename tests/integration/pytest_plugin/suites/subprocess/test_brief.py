from tests.support.containers import docker
from tests.support.rare_calls import IMAGE, RARE


def test_before() -> None:
    assert IMAGE


def test_brief() -> None:
    call = f"import ctypes; ctypes.CDLL(None).syscall({RARE['alarm']}, 0)"
    docker("run", "--rm", "--name=profilegen-plugin-brief", "--network=none", IMAGE, "python3", "-c", call)


def test_after() -> None:
    assert IMAGE
