"""Laws of the AppArmor skeleton. They need apparmor_parser (Debian's package apparmor) and fail without."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.capabilities import Capability
from profilegen.formats.apparmor import profile as apparmor
from profilegen.formats.apparmor.patterns import pattern
from profilegen.policy.model import FileRule, NetworkRule, Policy, Reason, Why
from profilegen.recording import Access, CapabilityCheck, ExecutedFile, PathAccess, Phase, Syscall
from profilegen.tables.sockets import names
from profilegen.text import path_text
from tests.support.aadfa import FileRules, compiled
from tests.support.recordings import arguments, policy_of, recording

OPENED = (
    '/a" rwx,\n  capability,\n #',
    "/a{b,c}*?[x]^@{PROC}/\\",
    "/a,\n}\nprofile evil { file, }",
    "/#include <abstractions/nameservice>",
    "/é\u202e\u2028",
    "/\\\\\\",
    "/proc/1/[0-9]*",
    "/{",
    "/}",
    "/@{PROC}/@{pid}",
    "/" + "x/" * 1500,
    "/what?",
)
MADE_BY_HAND = (r"/\q", "/\\", r"/\x00\x2f\x41", "/\ud800", "/\0", "relative", "")
"""No recorder writes these."""
HOSTILE = (*(path_text(path.encode()) for path in OPENED), path_text(b"/a\xff\x80"), *MADE_BY_HAND)
hostile = st.sampled_from(HOSTILE) | (
    st.text(alphabet='/ab"\\*?[]{}^@#,$|()+.!~\n\t\x7f é', max_size=12) | st.text(max_size=8)
).map("/{}".format)
FILE_LINE = re.compile(
    r'  "(?:[A-Za-z0-9/._\-+:=@%~]|\\[0-7]{3}|@\{(?:PROC|pid|tid)\}|\{,/\}|\[0-9\]\*)+" [mrwkix]+,  # .*'
)


def with_files(*rules: FileRule) -> Policy:
    return policy_of(recording()).model_copy(update={"files": rules})


def file(path: str, *access: Access, execute: bool = False, text: str = "opened") -> FileRule:
    reason = Reason(why=Why.OBSERVED, text=text)
    return FileRule(path=path, access=access or (Access.READ,), execute=execute, reasons=(reason,))


def lines(policy: Policy) -> list[str]:
    return [line for line in apparmor.render(policy).splitlines() if line.startswith('  "')]


@settings(max_examples=30)
@given(
    st.lists(
        st.builds(PathAccess, path=hostile, access=st.lists(st.sampled_from(Access), min_size=1).map(tuple))
    ),
    st.lists(st.builds(ExecutedFile, path=hostile, interpreted=st.none() | hostile)),
)
@example([PathAccess(path=path, access=(Access.READ, Access.WRITE)) for path in HOSTILE], [])
@example([], [ExecutedFile(path=path) for path in HOSTILE])
def test_whatever_was_opened_the_profile_compiles(
    paths: list[PathAccess], executed: list[ExecutedFile]
) -> None:
    compiled(apparmor.render(policy_of(recording(paths=tuple(paths), executed=tuple(executed)))))


@given(st.lists(st.tuples(hostile, hostile), max_size=6))
def test_no_path_and_no_reason_adds_a_line(pairs: list[tuple[str, str]]) -> None:
    empty = apparmor.render(with_files()).splitlines()
    text = apparmor.render(with_files(*(file(path, Access.WRITE, text=reason) for path, reason in pairs)))
    added = text.splitlines()
    for line in empty:
        added.remove(line)
    assert len(added) == len({pattern(path) for path, _ in pairs} - {None})
    assert all(FILE_LINE.fullmatch(line) for line in added)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/proc/1234/status", "@{PROC}/@{pid}/status"),
        ("/proc/self/task/17/comm", "@{PROC}/@{pid}/task/@{tid}/comm"),
        ("/proc/7/fd/12", "@{PROC}/@{pid}/fd/[0-9]*"),
        ("/proc/sys/kernel/osrelease", "@{PROC}/sys/kernel/osrelease"),
        ("/proc", "@{PROC}"),
        ("/dev/pts/3", "/dev/pts/[0-9]*"),
        ("/srv/proc/1234", "/srv/proc/1234"),
        ("/srv/a b", r"/srv/a\040b"),
        ("/srv/[0-9]*", r"/srv/\1330-9\135\052"),
        ("/srv/é", r"/srv/\303\251"),
        ("/srv/a\\b", r"/srv/a\134b"),
        ("/srv/a\nb?", r"/srv/a\012b\077"),
        ("/proc/1/[0-9]*", r"@{PROC}/@{pid}/\1330-9\135\052"),
        ("pipe:[1]", None),
    ],
)
def test_a_path_becomes_a_pattern(path: str, expected: str | None) -> None:
    assert pattern(path_text(path.encode())) == expected


@pytest.mark.parametrize("path", MADE_BY_HAND)
def test_what_no_recorder_writes_is_taken_literally_or_left_out(path: str) -> None:
    """A backslash stands for itself; what no file can be called has no rule and is reported."""
    policy = with_files(file(path, Access.WRITE))
    assert len(lines(policy)) + len(apparmor.skipped_paths(policy)) == 1
    assert bool(lines(policy)) is (path.startswith("/") and "\0" not in path)


def test_every_byte_can_be_in_a_pattern() -> None:
    for byte in sorted({*range(1, 256)} - {ord("/")}):
        raw = b"/srv/a" + bytes([byte])
        assert FileRules.of(f'"{pattern(path_text(raw))}" w').names(2) == [raw]


MINIMUM = (
    "/{,usr/}lib{,32,64,x32}/{,*/}{ld,ld32,ld64,ld-*,ld32-*,ld64-*}.so{,.[0-9]*} mr",
    "/{,usr/}lib{,32,64,x32}/{,*/}libgcc_s.so.[0-9]* mr",
    "/dev/null rwk",
)


def test_without_a_recorded_file_only_what_every_process_needs_is_allowed() -> None:
    """Nothing of abstractions/base beside it: no /root/.Private, no /dev/log, no other library."""
    allowed, expected = FileRules(compiled(apparmor.render(with_files()))), FileRules.of(*MINIMUM)
    assert allowed.beyond(expected) is None
    assert expected.beyond(allowed) is None


@pytest.mark.parametrize(
    ("path", "rights"),
    [
        ("/lib/ld-musl-x86_64.so.1", "mr"),
        ("/lib/x86_64-linux-gnu/ld-2.31.so", "mr"),
        ("/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "mr"),
        ("/usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1", "mr"),
        ("/usr/lib64/ld-linux-x86-64.so.2", "mr"),
        ("/lib32/ld-linux.so.2", "mr"),
        ("/lib64/ld64.so.2", "mr"),
        ("/lib/ld.so.1", "mr"),
        ("/usr/lib/x86_64-linux-gnu/libgcc_s.so.1", "mr"),
        ("/dev/null", "akrw"),
        ("/usr/lib/x86_64-linux-gnu/libldap-2.5.so.0", ""),
        ("/usr/lib/x86_64-linux-gnu/libc.so.6", ""),
        ("/usr/lib/python3/dist-packages/ld.so.py", ""),
        ("/dev/log", ""),
        ("/root/.Private/x", ""),
        ("/etc/ld.so.preload", ""),
    ],
)
def test_every_process_may_be_loaded(path: str, rights: str) -> None:
    allowed = FileRules(compiled(apparmor.render(with_files())))
    assert allowed.rights(path.encode(), owner=True) == allowed.rights(path.encode()) == rights


def test_what_was_recorded_is_all_that_is_allowed_beside_the_minimum() -> None:
    policy = with_files(
        file("/usr/lib/x86_64-linux-gnu/libc.so.6", Access.READ, Access.MAP_EXEC),
        file("/opt/app/state", Access.WRITE),
        file("/usr/bin/app", Access.READ, execute=True),
    )
    recorded = FileRules.of(
        *MINIMUM,
        "/usr/lib/x86_64-linux-gnu/libc.so.6 mr",
        "/opt/app/state wk",
        "/usr/bin/app mrix",
    )
    allowed = FileRules(compiled(apparmor.render(policy)))
    assert allowed.beyond(recorded) is None
    assert recorded.beyond(allowed) is None
    assert recorded.beyond(FileRules.of(*MINIMUM)) is not None


def test_what_every_process_may_use_has_no_second_line() -> None:
    """So that a run that loaded libgcc_s makes the same profile as one that did not."""
    policy = with_files(
        file("/usr/lib/x86_64-linux-gnu/libgcc_s.so.1", Access.READ, Access.MAP_EXEC),
        file("/lib/ld-musl-x86_64.so.1", Access.MAP_EXEC),
        file("/dev/null", Access.READ, Access.WRITE),
    )
    assert lines(policy) == []
    written = file("/usr/lib/libgcc_s.so.1", Access.WRITE)
    started = file("/lib64/ld-linux-x86-64.so.2", execute=True)
    assert lines(with_files(written, started)) == [
        '  "/lib64/ld-linux-x86-64.so.2" mrix,  # opened',
        '  "/usr/lib/libgcc_s.so.1" wk,  # opened',
    ]


def test_a_path_that_was_only_read_may_be_a_folder() -> None:
    assert lines(with_files(file("/srv"), file("/"))) == ['  "/" r,  # opened', '  "/srv{,/}" r,  # opened']


def test_a_script_and_its_interpreter_are_executed() -> None:
    one = recording(executed=(ExecutedFile(path="/bin/dash", interpreted="/entrypoint"),))
    assert lines(policy_of(one)) == ['  "/bin/dash" mrix,  # executed', '  "/entrypoint" mrix,  # executed']


def test_every_family_and_type_of_the_data_is_known_to_the_parser() -> None:
    families, types = sorted(names("family")), sorted(names("type"))
    reasons = (Reason(why=Why.OBSERVED, text="seen"),)
    policy = policy_of(recording()).model_copy(
        update={
            "networks": tuple(
                NetworkRule(family=family, type=kind, reasons=reasons)
                for family in families
                for kind in (0, *types)
            )
        }
    )
    assert not apparmor.unnamed_networks(policy)
    compiled(apparmor.render(policy))


def test_only_families_that_were_seen_are_allowed() -> None:
    seen = (arguments("socket", 2, 1), arguments("socket", 10, 2), arguments("socket", 99, 1))
    policy = policy_of(recording("socket", "socketpair", arguments=seen))
    text = apparmor.render(policy)
    assert re.findall(r"^  (network .*),  #", text, re.MULTILINE) == [
        "network unix",
        "network inet stream",
        "network inet6 dgram",
    ]
    assert [rule.family for rule in apparmor.unnamed_networks(policy)] == [99]


@pytest.mark.parametrize(("names", "denied"), [((), True), (("mount", "umount2"), False)])
def test_mount_is_denied_unless_it_was_seen(names: tuple[str, ...], denied: bool) -> None:
    text = apparmor.render(policy_of(recording(*names)))
    assert ("\n  deny mount,\n" in text) is denied
    assert ("\n  mount,  #" in text) is not denied
    assert ("\n  umount,  #" in text) is not denied
    compiled(text)


def test_no_name_of_a_program_adds_a_line() -> None:
    evil = "/bin/a\n  file,\n  capability,\r\u2028#"
    check = CapabilityCheck(
        capability=Capability.CAP_CHOWN,
        granted=True,
        own_credentials=True,
        own_user_namespace=True,
        phase=Phase.APP,
        abi=Abi.X86_64,
        programs=(evil,),
    )
    mount = Syscall(abi=Abi.X86_64, name="mount", phases=(Phase.APP,), programs=(evil,))
    text = apparmor.render(policy_of(recording(capabilities=(check,), syscalls=(mount,))))
    added = set(text.splitlines()) - set(apparmor.render(policy_of(recording())).splitlines())
    assert sorted(line.split("#")[0].strip() for line in added) == ["capability chown,", "mount,"]
    compiled(text)
