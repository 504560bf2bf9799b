"""Known workloads: an image, how to start it, when it is ready, and real work for it to do.

    with workload.started("name", "--cap-drop=ALL", ...) as name:
        workload.drive(name)

`drive` raises AssertionError if the work is not done right. A container that only runs and ends is driven by
waiting for its end; the others are driven by requests to them and by `docker exec`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from profilegen.abi import Abi
from tests.support.containers import address, container, docker, ended, get, serves, succeeds, until


@dataclass(frozen=True)
class Workload:
    """One container and its work."""

    name: str
    image: str
    drive: Callable[[str], None]
    ready: Callable[[str], bool] = lambda _: True
    command: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @contextmanager
    def started(self, name: str, *options: str) -> Iterator[str]:
        """Its container, ready for work, under further options of `docker run`; removed at the end."""
        with container(name, self.image, *self.command, options=(*self.options, *options)) as started:
            until(lambda: self.ready(started), started, "being ready")
            yield started


def prints(*expected: str) -> Callable[[str], None]:
    """Drive a container that ends by itself with status 0, having printed all of this."""

    def drive(name: str) -> None:
        output = ended(name)
        for text in expected:
            assert text in output, f"{name} printed {output!r}"

    return drive


def drive_nginx(name: str) -> None:
    """200 requests, eight at a time: the page, its headers alone, and one that does not exist."""
    kinds = [
        ("GET", "/", HTTPStatus.OK),
        ("HEAD", "/", HTTPStatus.OK),
        ("GET", "/none", HTTPStatus.NOT_FOUND),
    ]

    host = address(name)

    def request(number: int) -> None:
        method, path, expected = kinds[number % len(kinds)]
        status, body = get(host, 80, path, method)
        assert status == expected
        assert bool(body) == (method == "GET")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(request, range(200)))


def drive_python(name: str) -> None:
    """A listing, a file, a missing one; the server has a thread for each of eight at a time."""
    paths = {"/": HTTPStatus.OK, "/base-files/info.dir": HTTPStatus.OK, "/none": HTTPStatus.NOT_FOUND}
    host = address(name)

    def request(number: int) -> None:
        path, expected = list(paths.items())[number % len(paths)]
        status, body = get(host, 8000, path)
        assert status == expected
        assert body

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(request, range(60)))


def drive_redis(name: str) -> None:
    """Fifty clients, 2,000 requests of each kind; then a snapshot, written by a fork of redis."""
    tests = "ping,set,get,incr,lpush,mset"
    # What takes 10 ms is logged, with the peer's address: on a slow machine some, here all.
    docker("exec", name, "redis-cli", "-e", "CONFIG", "SET", "slowlog-log-slower-than", "0")
    benchmark = docker("exec", name, "redis-benchmark", "--csv", "-n", "2000", "-c", "50", "-t", tests)
    assert all(f'"{kind}' in benchmark for kind in ("PING_INLINE", "SET", "GET", "INCR", "LPUSH", "MSET"))
    docker("exec", name, "redis-cli", "-e", "SET", "answer", "42")
    docker("exec", name, "redis-cli", "-e", "BGSAVE")
    saved = "rdb_bgsave_in_progress:0"
    until(lambda: saved in docker("exec", name, "redis-cli", "INFO", "persistence"), name, "the snapshot")
    assert "rdb_last_bgsave_status:ok" in docker("exec", name, "redis-cli", "INFO", "persistence")
    assert docker("exec", name, "redis-cli", "GET", "answer").strip() == "42"


QUERIES = """
CREATE TABLE author (id serial PRIMARY KEY, name text UNIQUE NOT NULL);
CREATE TABLE book (title text, pages int CHECK (pages > 0), author int REFERENCES author);
INSERT INTO author (name) SELECT 'author ' || n FROM generate_series(1, 100) n;
INSERT INTO book SELECT 'book ' || n, n, n % 100 + 1 FROM generate_series(1, 20000) n;
CREATE INDEX ON book (author);
BEGIN; DELETE FROM book WHERE pages > 10000; ROLLBACK;
UPDATE book SET pages = pages + 1 WHERE author = 7;
VACUUM ANALYZE book;
CHECKPOINT;
SELECT name, count(*), sum(pages) FROM book JOIN author ON author.id = book.author
 WHERE author.name = 'author 7' GROUP BY name;
"""


def drive_database(name: str) -> None:
    """Tables, rows, an index, a transaction, a join; four sessions at once at the end."""
    query = ("exec", "--interactive", "--user", "postgres", name, "psql", "-qAtv", "ON_ERROR_STOP=1")
    # Author 7 wrote the books 6, 106, ..., 19906: 200 of them, one page longer after the UPDATE.
    expected = sum(range(6, 20000, 100)) + 200
    assert docker(*query, text=QUERIES).splitlines() == [f"author 7|200|{expected}"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: docker(*query, text="SELECT max(pages) FROM book;"), range(4)))
    assert answers == ["20000\n"] * 4


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("ls", "profilegen-test/base", prints("usr", "etc"), command=("ls", "-l", "/")),
        Workload("busybox", "profilegen-test/busybox", prints("sum 18")),
        Workload("static32", "profilegen-test/programs", prints("32 bits"), command=("/static32",)),
        Workload("threads", "profilegen-test/programs", prints("threads 4"), command=("/threads",)),
        Workload("calls23", "profilegen-test/programs", prints(), command=("/calls23",)),
        Workload("nginx", "profilegen-test/nginx", drive_nginx, lambda name: serves(name, 80)),
        Workload("python", "profilegen-test/python", drive_python, lambda name: serves(name, 8000)),
        Workload(
            "redis",
            "profilegen-test/redis",
            drive_redis,
            lambda name: succeeds(name, "redis-cli", "-e", "PING"),
        ),
        Workload(
            "database",
            "profilegen-test/database",
            drive_database,
            # By TCP: while initdb works nothing listens there.
            lambda name: succeeds(name, "pg_isready", "-q", "-h", "localhost"),
        ),
    )
    if workload.name != "static32" or Abi.of_machine() is Abi.X86_64
}

CARRIED = ("busybox", "ls", "nginx", "python", "redis", "threads")
"""Those that are recorded on one architecture and run on another."""
