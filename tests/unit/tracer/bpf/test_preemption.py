import pytest

from profilegen.tracer.bpf.preemption import can_be_preempted


@pytest.mark.parametrize(
    ("release", "preempted"),
    [
        ("5.10.0-32-cloud-amd64", False),
        ("6.18.44", False),
        ("6.19.0-rc1", True),
        ("7.3.4+deb13-cloud-amd64", True),
        ("10.0", True),
        ("custom", False),
    ],
)
def test_the_release_tells(release: str, preempted: bool) -> None:
    assert can_be_preempted(release) is preempted
