"""The line that `record` ends with names what was refused, to whom, and nothing of how the program ended."""

from __future__ import annotations

from profilegen.capabilities import Capability
from profilegen.recording import ExecutedFile
from profilegen.render.recording_line import summary
from tests.support.recordings import check, recording, refusal

SOME = "1 container, 1 system call, 0 programs, 0 files"


def test_without_refusals_it_counts() -> None:
    assert summary(recording("read")) == SOME
    one = ExecutedFile(path="/bin/a")
    assert "2 system calls, 1 program, 0 files" in summary(recording("read", "write", executed=(one,)))


def test_refused_calls_have_their_answer_and_their_program() -> None:
    one = recording("read", refused=(refusal("epoll_wait", 1),))
    assert summary(one) == f"{SOME}; refused: epoll_wait (EPERM, to /bin/a)"


def test_answers_of_one_call_are_together_and_enosys_comes_last() -> None:
    refused = (
        refusal("clone3", 38),
        refusal("keyctl", None).model_copy(update={"programs": ()}),
        refusal("socket", 1, 38, 5),
        refusal("socket", 97, 40, 1),
    )
    assert summary(recording("read", refused=refused)) == (
        f"{SOME}; refused: keyctl (killed (SIGSYS)), socket (EPERM, EAFNOSUPPORT, to /bin/a), "
        "clone3 (ENOSYS, to /bin/a)"
    )


def test_a_few_are_named_and_the_others_counted() -> None:
    names = ("acct", "bpf", "chown", "keyctl", "mount", "ptrace", "reboot", "setns", "swapon", "syslog")
    one = recording("read", refused=tuple(refusal(name, 1) for name in names))
    assert summary(one).endswith("setns (EPERM, to /bin/a) and 2 more")


def test_a_hostile_program_name_stays_on_its_line() -> None:
    item = refusal("chown", 1).model_copy(update={"programs": ("/bin/\x1b[2J\n" + "x" * 500,)})
    line = summary(recording(refused=(item,)))
    assert line.isprintable()
    assert len(line) < 200


def test_refused_capabilities_are_named_where_they_are_the_programs_own() -> None:
    nice = check(granted=False, capability=Capability.CAP_SYS_NICE)
    probe = check(granted=False, capability=Capability.CAP_SYS_ADMIN, audited=False)
    one = recording("read", capabilities=(nice, probe, check()))
    assert summary(one) == f"{SOME}; refused capabilities: SYS_NICE (to /bin/chown)"
