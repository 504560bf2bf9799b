from collections.abc import Callable

from profilegen.recording import Recording
from tests.support.rare_calls import RARE, ask


def test_looks_at_its_own_container(server: str, profilegen_recording: Callable[[str], Recording]) -> None:
    ask(server, "times")
    calls = {call.name for call in profilegen_recording("server").syscalls}
    assert {"bind", "times"} <= calls
    assert RARE.keys() - calls
