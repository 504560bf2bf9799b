"""Laws of wildcards: what differs by chance makes no other pattern, and nothing else is opened by it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profilegen.formats.apparmor import profile as apparmor
from profilegen.formats.apparmor.generalise import generalise
from profilegen.recording import Access
from profilegen.text import path_text
from tests.support.aadfa import FileRules, compiled
from tests.unit.formats.apparmor.test_profile import file, lines, with_files

LOWER = string.ascii_lowercase + string.digits
ALL = string.ascii_letters + string.digits
NUMBER = st.integers(0, 2**32).map(str)
SIX = st.text(ALL, min_size=6, max_size=6).filter(
    lambda text: not text.rstrip(string.digits).istitle() and not text.isdigit() and not text.islower()
    and not text.isupper()
)  # fmt: skip
KINDS = {
    "/dev/shm/PostgreSQL.{}": NUMBER,
    "/tmp/.hidden-{}": SIX,
    "/run/app.{}/socket.lock": NUMBER,
    "/tmp/tmp{}/data.json": st.text(LOWER + "_", min_size=8, max_size=8),
    "/var/tmp/tmp.{}": st.text(ALL, min_size=10, max_size=10),
    "/tmp/hsperfdata_root/{}": NUMBER,
    "/etc/nginx/conf.d/sed{}": SIX,
    "/usr/lib/python3/__pycache__/os.cpython-311.pyc.{}": NUMBER,
    "/data/temp-{}.rdb": NUMBER,
    "/srv/upload-{}.part": st.uuids().map(str),
    "/var/lib/php/sessions/sess_{}": st.text(LOWER, min_size=26, max_size=26),
    "/var/lib/postgresql/data/base/5/{}_fsm": NUMBER,
    "/var/lib/postgresql/data/pg_wal/{}": st.integers(0, 2**64).map("{:024X}".format),
}
kinds = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.tuples(st.just(kind), KINDS[kind], KINDS[kind])
)
FOLDERS = ("/srv", "/tmp/a\\b", "/var/lib/x", "/run", "/dev/shm", "/etc")
NAME = st.text(alphabet='aB1.-_"\\*?é', min_size=1, max_size=6).filter(lambda name: name.strip("."))
paths = kinds.map(lambda kind: kind[0].format(kind[1])) | st.builds(
    lambda folder, *names: "/".join((folder, *names)), st.sampled_from(FOLDERS), NAME, NAME | NUMBER
)


@settings(max_examples=200)
@given(kinds)
def test_two_of_a_kind_have_one_pattern_which_has_no_slash_in_it(kind: tuple[str, str, str]) -> None:
    form, part, other = kind
    one = generalise(form.format(part), written=True)
    assert one is not None
    assert one == generalise(form.format(other), written=True)
    rules = FileRules.of(f'"{one.pattern}" w')
    assert rules.rights(form.format(part).encode())
    assert rules.rights(form.format(other).encode())
    assert not rules.rights(form.format("").encode())
    for wrong in (f"{part[:-1]}/", f"/{part[1:]}", f"{part}/{other}", f"{part[:2]}/../{part[2:]}"):
        assert not rules.rights(form.format(wrong).encode())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(paths, st.sampled_from(["r", "w", "m", "x"])), min_size=1, max_size=6))
def test_what_was_done_is_allowed_and_no_wildcard_lets_anybody_write_a_program(
    done: list[tuple[str, str]],
) -> None:
    access = {"r": Access.READ, "w": Access.WRITE, "m": Access.MAP_EXEC, "x": Access.READ}
    policy = with_files(
        *(file(path_text(path.encode()), access[how], execute=how == "x") for path, how in dict(done).items())
    )
    rules = FileRules(compiled(apparmor.render(policy)))
    for path, how in dict(done).items():
        rights = rules.rights(path.encode())
        assert how in rights
        assert how not in "mx" or "w" not in rights


@pytest.mark.parametrize(
    "path",
    [
        "/usr/lib/postgresql/15",
        "/usr/share/app/1234_index",
        "/etc/rc5.d/1",
        "/etc/ssl/certs/0123456789abcdef0123456789abcdef",
        "/opt/app/libapp.so.6",
        "/var/lib/app/libapp.so.6",
        "/var/lib/app/cache-1.2",
        "/var/lib/postgresql/15/main/PG_VERSION",
        "/run/postgresql/.s.PGSQL.5432.lock",
        "/run/user/1000/bus",
        "/tmp/app.config",
        "/tmp/app.Config",
        "/tmp/app-cache2",
        "/tmp/template",
        "/etc/sedate",
        "/etc/sedated12",
        "/proc/sys/net/1",
        "/tmp",
        "relative.17",
    ],
)
def test_a_name_that_means_something_stays(path: str) -> None:
    assert generalise(path, written=True) is None


def test_what_is_only_read_is_general_in_temporary_folders_alone() -> None:
    assert generalise("/var/lib/app/cache.17", written=False) is None
    assert generalise("/run/app/cache.17", written=False) is not None


def test_what_is_executed_or_mapped_stays_and_so_does_what_begins_as_it() -> None:
    policy = with_files(
        file("/tmp/tmpabcdefgh/run.1", execute=True),
        file("/tmp/tmp12345678/state", Access.WRITE),
        file("/tmp/lib.17", Access.MAP_EXEC, Access.WRITE),
        file("/tmp/log.17", Access.WRITE),
        file("/tmp/log.18", Access.READ, Access.WRITE),
    )
    assert lines(policy) == [
        '  "/tmp/lib.17" mwk,  # opened',
        '  "/tmp/log.[0-9]*" rwk,  # opened; differs from run to run: a number',
        '  "/tmp/tmp12345678/state" wk,  # opened',
        '  "/tmp/tmpabcdefgh/run.1" mrix,  # opened',
    ]


def test_a_name_that_no_file_system_has_takes_no_time() -> None:
    name = "-".join(["0123456789abcdef"] * 60_000)
    assert generalise(f"/tmp/{name}", written=True) is None
