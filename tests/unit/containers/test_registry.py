"""What engines have said: how long it is worth while to wait for a name."""

from profilegen.containers.life import Life, after_docker_event
from profilegen.containers.model import EngineContainer
from profilegen.containers.registry import Registry

ID = "a" * 64
SILENCE = 0.01


def test_an_engine_that_has_nothing_to_do_has_said_all() -> None:
    assert Registry().find(ID, SILENCE, lambda: False) is None


def test_one_that_is_busy_is_waited_for() -> None:
    registry = Registry()

    def busy() -> bool:
        registry.add(EngineContainer(id=ID))
        return True

    found = registry.find(ID, SILENCE, busy)
    assert found is not None
    assert found.id == ID


def test_at_once_means_at_once() -> None:
    assert Registry().find(ID, 0.0, lambda: True) is None


def test_an_end_that_its_engine_has_not_told_yet_is_waited_for() -> None:
    registry = Registry()
    registry.add(EngineContainer(id=ID))

    def busy() -> bool:
        registry.happened(ID, lambda container: after_docker_event(container, "die"))
        return True

    found = registry.find(ID, SILENCE, busy, ends=1)
    assert found is not None
    assert found.life.ends == 1


def test_an_engine_that_never_tells_of_an_end_is_not_waited_for_any_longer() -> None:
    registry = Registry()
    registry.add(EngineContainer(id=ID))
    found = registry.find(ID, SILENCE, lambda: False, ends=1)
    assert found is not None
    assert found.life.ends == 0


def test_what_has_happened_stays_when_there_is_more_to_say() -> None:
    registry = Registry()
    registry.happened(ID, lambda container: after_docker_event(container, "die"))  # nobody knows it yet
    registry.add(EngineContainer(id=ID))
    registry.happened(ID, lambda container: after_docker_event(container, "start"))
    registry.add(EngineContainer(id=ID, name="web"))
    found = registry.get(ID)
    assert found is not None
    assert (found.name, found.life) == ("web", Life(followed=True))
