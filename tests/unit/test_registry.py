"""What engines have said: how long it is worth while to wait for a name."""

from profilegen.containers.model import ContainerInfo
from profilegen.containers.registry import Registry

ID = "a" * 64
SILENCE = 0.01


def test_an_engine_that_has_nothing_to_do_has_said_all() -> None:
    assert Registry().find(ID, SILENCE, lambda: False) is None


def test_one_that_is_busy_is_waited_for() -> None:
    registry = Registry()

    def busy() -> bool:
        registry.add(ContainerInfo(id=ID))
        return True

    found = registry.find(ID, SILENCE, busy)
    assert found is not None
    assert found.id == ID


def test_at_once_means_at_once() -> None:
    assert Registry().find(ID, 0.0, lambda: True) is None
