"""The measurements of scripts/bench: interleaved, medians with their spread, a table and JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from profilegen.abi import Abi
from profilegen.recording import dumps
from profilegen.tables.syscalls import table as table_of
from profilegen.tracer.host.mounts import cgroup2_mount
from profilegen.tracer.load.program import Program
from profilegen.tracer.load.source import HEADERS
from profilegen.tracer.tracer import KernelTracer
from tests.support.recordings import RUN, RUNC, recording
from tests.support.suites import PYTEST

TREE = Path(__file__).resolve().parent.parent
PROFILEGEN = Path(sys.executable).parent / "profilegen"
LOOP = TREE / "tests/programs/build/getpid_loop"
NOTIFYING = (str(TREE / "tests/programs/build/underfilter"), "-n")
GETPID, GETPPID, CALLS = (39,), (110,), 100_000  # numbers of x86_64
GETFD = (72, 0, 1)  # fcntl(0, F_GETFD): its arguments are recorded

EMPTY = """
int on_enter(struct bpf_raw_tracepoint_args *ctx) { return 0; }
int on_exit(struct bpf_raw_tracepoint_args *ctx) { return 0; }
"""

Samples = dict[str, list[float]]


def say(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(f"scripts/bench: {text}\n")


# --- ns per system call ----------------------------------------------------------------------------


def loop(call: tuple[int, ...] = GETPID, cgroup: Path | None = None, *, under: tuple[str, ...] = ()) -> float:
    """Time of a call in ns, in a program of its own; in the cgroup with own mounts, as a container has."""
    command = [*under, str(LOOP), str(CALLS), *map(str, call)]
    if cgroup is not None:
        enter = 'echo $$ > "$1/cgroup.procs"; shift; exec unshare --mount "$@"'
        command = ["sh", "-c", enter, "sh", str(cgroup), *command]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@contextmanager
def empty(*tracepoints: str) -> Iterator[None]:
    """Empty programs on these raw tracepoints: nothing that attaches there can be cheaper."""
    os.environ["BCC_KERNEL_SOURCE"] = str(HEADERS)
    import bcc  # noqa: PLC0415 - the environment variable must be set before

    program = bcc.BPF(text=EMPTY)
    for name in tracepoints:
        program.attach_raw_tracepoint(tp=name, fn_name="on_" + name.removeprefix("sys_"))
    try:
        yield
    finally:
        for name in tracepoints:
            program.detach_raw_tracepoint(tp=name)
        program.cleanup()


@contextmanager
def subject() -> Iterator[Path]:
    """A cgroup that looks like a container's."""
    path = cgroup2_mount() / secrets.token_hex(32)
    path.mkdir()
    try:
        yield path
    finally:
        path.rmdir()


def calls(rounds: int) -> dict[str, Samples]:
    """Time added to a call in ns, for programs that are recorded and for all others."""
    samples: Samples = {}

    def take(name: str, value: float) -> None:
        samples.setdefault(name, []).append(value)

    for number in range(rounds):
        say(f"calls, round {number + 1} of {rounds}")
        bare = loop()
        bare_ppid = loop(GETPPID)
        bare_getfd = loop(GETFD)
        bare_notifying = loop(under=NOTIFYING)
        with empty("sys_enter"):
            take("empty sys_enter", loop() - bare)
        with empty("sys_enter", "sys_exit"):
            take("empty sys_enter and sys_exit", loop() - bare)
            take("empty both, getppid", loop(GETPPID) - bare_ppid)
            take("empty both, fcntl", loop(GETFD) - bare_getfd)
            take("empty both, under a filter that notifies", loop(under=NOTIFYING) - bare_notifying)
        program = Program(through_perf=False)
        program.attach("sys_enter")
        take("profilegen's sys_enter alone", loop() - bare)
        program.close()
        tracer = KernelTracer(through_perf=True)
        tracer.attach()
        take("as from Linux 6.19 on: no container runs", loop() - bare)
        with subject() as first:
            take("as from Linux 6.19 on: recorded", loop(cgroup=first) - bare)
            take("as from Linux 6.19 on: not recorded", loop() - bare)
        tracer.close()
        tracer = KernelTracer(through_perf=False)
        tracer.attach()
        take("no container runs", loop() - bare)
        with subject() as first:
            take("recorded", loop(cgroup=first) - bare)
            take("not recorded", loop() - bare)
            take(
                "recorded, under a filter that notifies", loop(cgroup=first, under=NOTIFYING) - bare_notifying
            )
            take("recorded with its arguments", loop(GETFD, first) - bare_getfd)
            take("not recorded, a call with recorded arguments", loop(GETFD) - bare_getfd)
            take("not recorded, a call that no subject has made", loop(GETPPID) - bare_ppid)
            with subject():
                take("recorded, a call that another subject lacks", loop(cgroup=first) - bare)
                take("not recorded, a call that a subject lacks", loop() - bare)
            tracer.enter_test(1)
            take("recorded, while a test runs", loop(cgroup=first) - bare)
            take("not recorded, while a test runs", loop() - bare)
        tracer.close()
    return {"ns added to a system call": samples}


# --- CPU per request -------------------------------------------------------------------------------


def docker(*arguments: str) -> str:
    """What the client prints; CalledProcessError if it fails."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def cpu(container: str) -> float:
    """Microseconds of CPU that the container has used (cgroup v2, cpu.stat; also beside v1)."""
    identity = docker("inspect", "--format", "{{.Id}}", container)
    folder = next(path for path in cgroup2_mount().rglob(f"*{identity}*") if path.is_dir())
    return float(re.search(r"usage_usec (\d+)", (folder / "cpu.stat").read_text())[1])  # type: ignore[index]


@contextmanager
def recorder(directory: str) -> Iterator[subprocess.Popen[str]]:
    """`profilegen record` from attached to its end."""
    process = subprocess.Popen(
        [PROFILEGEN, "record", "-o", directory], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    while "attached" not in (line := process.stderr.readline()):
        assert line, "the recorder ended before it was attached"
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


REQUESTS = 30_000


def redis_load(name: str) -> None:
    """REQUESTS times SET from a client in a container of its own."""
    docker(
        *("run", "--rm", "--network", f"container:{name}", "profilegen-test/redis"),
        *("redis-benchmark", "-q", "-n", str(REQUESTS), "-c", "20", "-t", "set"),
    )


def nginx_load(name: str) -> None:
    """A quarter of REQUESTS for the front page, on connections that are kept."""
    import http.client  # noqa: PLC0415

    host = docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name)
    connection = http.client.HTTPConnection(host, 80, timeout=30)
    for _ in range(REQUESTS // 4):
        connection.request("GET", "/")
        response = connection.getresponse()
        response.read()
        if response.will_close:
            connection.close()


def requests(rounds: int) -> dict[str, Samples]:
    """CPU of the server per request, with and without a recorder, in turn on one running container.

    Another start of the same server differs by more than a recorder costs: where its memory lies, above all.
    """
    results: dict[str, Samples] = {}
    loads: dict[str, tuple[Callable[[str], None], int]] = {
        "redis": (redis_load, REQUESTS),
        "nginx": (nginx_load, REQUESTS // 4),
    }
    for server, (load, count) in loads.items():
        name = f"profilegen-bench-{server}"
        kinds = ("not recorded", "empty sys_enter", "empty programs", "recorded")
        samples: Samples = {kind: [] for kind in kinds}

        def measured(load: Callable[[str], None] = load, name: str = name, count: int = count) -> float:
            before = cpu(name)
            load(name)
            return (cpu(name) - before) / count

        docker("run", "--detach", "--name", name, f"profilegen-test/{server}")
        try:
            time.sleep(1)  # its start is no request
            load(name)
            identity = docker("inspect", "--format", "{{.Id}}", name)
            for number in range(rounds):
                say(f"{server}, round {number + 1} of {rounds}")
                for kind in sorted(samples, reverse=bool(number % 2)):
                    with watcher(kind, identity):
                        samples[kind].append(measured())
        finally:
            docker("rm", "--force", "--volumes", name)
        results[f"CPU per request of {server}, µs"] = samples
    return results


def watcher(kind: str, container: str) -> AbstractContextManager[None]:
    """What is attached while a kind is measured."""
    match kind:
        case "recorded":
            return attached(container)
        case "empty programs":
            return empty("sys_enter", "sys_exit")
        case "empty sys_enter":
            return empty("sys_enter")
        case _:
            return nullcontext()


@contextmanager
def attached(container: str) -> Iterator[None]:
    """The tracer, for a container that runs already."""
    tracer = KernelTracer()
    found = tracer.attach((container,))
    assert found == (container,)
    try:
        yield
    finally:
        tracer.close()


# --- whole processes -------------------------------------------------------------------------------


def attach(rounds: int) -> dict[str, Samples]:
    """Seconds until it says that it is attached, and MiB at its peak."""
    seconds, memory, bare = [], [], []
    for number in range(rounds + 1):  # the first warms the caches
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        nothing = time.perf_counter() - start
        with tempfile.TemporaryDirectory() as directory:
            start = time.perf_counter()
            with recorder(directory) as process:
                took = time.perf_counter() - start
                status = Path(f"/proc/{process.pid}/status").read_text()
                peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]
        if number:
            bare.append(nothing)
            seconds.append(took)
            memory.append(peak)
    return {
        "s from `profilegen record` to attached": {"python -c pass": bare, "warm": seconds},
        "MiB at the recorder's peak": {"attached": memory},
    }


def processes(rounds: int) -> dict[str, Samples]:
    """Seconds of whole commands."""
    with tempfile.TemporaryDirectory() as directory:
        run = ("docker", "run", "--rm", "--name", "profilegen-bench", "profilegen-test/base", "ls", "/")
        subprocess.run(
            [PROFILEGEN, "record", "-q", "-o", directory, "--", *run], check=True, stdout=subprocess.DEVNULL
        )
        recording = str(Path(directory) / "profilegen-bench.recording.json")
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "profilegen --help": [str(PROFILEGEN), "--help"],
            "profilegen emit": [str(PROFILEGEN), "emit", recording, "-o", directory],
            "profilegen show": [str(PROFILEGEN), "show", recording],
            "profilegen check": [str(PROFILEGEN), "check", recording, "--profiles", directory],
            "profilegen tables openat": [str(PROFILEGEN), "tables", "openat"],
        }
        samples: Samples = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                samples[name].append(time.perf_counter() - start)
    return {"s of a whole process": samples}


def merging(rounds: int) -> dict[str, Samples]:
    """Seconds, and MiB at the peak, of merging recordings of 300 calls; each round once."""
    seconds: Samples = {}
    memory: Samples = {}
    with tempfile.TemporaryDirectory() as directory:
        names = sorted(table_of(Abi.X86_64).names)[:300]
        text = dumps(recording(*names))
        made = 0
        for count in (1_000, 10_000, 100_000):
            for number in range(made, count):
                run, container = secrets.token_hex(16), secrets.token_hex(32)
                one = text.replace(RUN, run).replace(RUNC.id, container)
                (Path(directory) / f"{number}.recording.json").write_text(one)
            made = count
            for _ in range(min(rounds, 3)):
                command = [str(PROFILEGEN), "merge", directory, "-o", f"{directory}/merged.gz"]
                start = time.perf_counter()
                process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
                _, status, usage = os.wait4(process.pid, 0)
                if status:
                    raise SystemExit(f"profilegen merge failed with {status}")
                seconds.setdefault(f"{count} recordings", []).append(time.perf_counter() - start)
                memory.setdefault(f"{count} recordings", []).append(usage.ru_maxrss / 1024)
    return {"s of profilegen merge": seconds, "MiB at the peak of profilegen merge": memory}


def tests(rounds: int) -> dict[str, Samples]:
    """Seconds of 500 trivial tests as pytest tells them, which leaves starting the recorder apart."""
    samples: Samples = {"not recorded": [], "recorded": []}
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "test_trivial.py").write_text(TRIVIAL)
        for _ in range(rounds):
            for name, options in (("not recorded", []), ("recorded", ["--profilegen=recordings"])):
                done = subprocess.run(
                    [*PYTEST, "-q", *options], cwd=directory, capture_output=True, text=True, check=True
                )
                samples[name].append(float(re.search(r"500 passed in ([0-9.]+)s", done.stdout)[1]))  # type: ignore[index]
    return {"s of 500 trivial tests": samples}


TRIVIAL = """
import pytest

@pytest.mark.parametrize("number", range(500))
def test_nothing(number): pass
"""

ROWS = {
    "calls": calls,
    "requests": requests,
    "attach": attach,
    "processes": processes,
    "merging": merging,
    "tests": tests,
}


def table(measurement: str, results: dict[str, Samples]) -> Iterator[str]:
    """Lines of Markdown: median, spread, ratio to the row that it must be compared with."""
    for title, samples in results.items():
        yield f"| **{title}** | | | |"
        for name, values in samples.items():
            reference = samples.get(REFERENCES.get((measurement, name), ""))
            median = statistics.median(values)
            ratio = f"{median / statistics.median(reference):.2f}" if reference else ""
            yield f"| {name} | {median:.3g} | {min(values):.3g} to {max(values):.3g} | {ratio} |"


_BOTH = "empty sys_enter and sys_exit"
REFERENCES = {
    ("calls", "profilegen's sys_enter alone"): "empty sys_enter",
    ("calls", "as from Linux 6.19 on: no container runs"): _BOTH,
    ("calls", "as from Linux 6.19 on: recorded"): _BOTH,
    ("calls", "as from Linux 6.19 on: not recorded"): _BOTH,
    ("calls", "no container runs"): _BOTH,
    ("calls", "recorded"): _BOTH,
    ("calls", "not recorded"): _BOTH,
    ("calls", "recorded, a call that another subject lacks"): _BOTH,
    ("calls", "not recorded, a call that a subject lacks"): _BOTH,
    ("calls", "recorded, while a test runs"): _BOTH,
    ("calls", "not recorded, while a test runs"): _BOTH,
    ("tests", "recorded"): "not recorded",
    ("calls", "not recorded, a call that no subject has made"): "empty both, getppid",
    ("calls", "recorded, under a filter that notifies"): "empty both, under a filter that notifies",
    ("calls", "recorded with its arguments"): "empty both, fcntl",
    ("calls", "not recorded, a call with recorded arguments"): "empty both, fcntl",
    ("attach", "warm"): "python -c pass",
    ("processes", "profilegen --help"): "python -c pass",
    ("processes", "profilegen emit"): "python -c pass",
    ("processes", "profilegen show"): "python -c pass",
    ("processes", "profilegen check"): "python -c pass",
    ("processes", "profilegen tables openat"): "python -c pass",
    ("requests", "empty sys_enter"): "not recorded",
    ("requests", "empty programs"): "not recorded",
    ("requests", "recorded"): "not recorded",
}
"""What the row of a measurement is compared with."""


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path)
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS])
    arguments = parser.parse_args()
    results = {name: ROWS[name](arguments.rounds) for name in arguments.rows or ROWS}
    lines = [line for name, result in results.items() for line in table(name, result)]
    sys.stdout.write(f"{time.strftime('%Y-%m-%d')}, Linux {platform.release()}, {os.cpu_count()} CPUs\n\n")
    sys.stdout.write("\n".join(["| what | median | spread | ratio |", "|---|---|---|---|", *lines]) + "\n")
    if arguments.json:
        content: dict[str, Any] = {"version": 1, "kernel": platform.release(), "results": results}
        arguments.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
