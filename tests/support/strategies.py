"""Arbitrary recordings for property tests; small pools of names, so that merges meet the same items."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from hypothesis import strategies as st

from profilegen import recording as rec
from profilegen.abi import Abi
from profilegen.capabilities import Capability

T = TypeVar("T")


def tuples_of(
    elements: st.SearchStrategy[T], min_size: int = 0, max_size: int = 3
) -> st.SearchStrategy[tuple[T, ...]]:
    """Unsorted, with repetitions: what a careless writer could put into a file."""
    return st.lists(elements, min_size=min_size, max_size=max_size).map(tuple)


run_ids = st.sampled_from([f"{number:032x}" for number in range(70)])
runs = tuples_of(run_ids, max_size=16)
abis = st.sampled_from(Abi)
names = st.sampled_from(
    [
        "read",
        "socket",
        "clone3",
        "personality",
        "openat",
        "fstat",
        "fork",
        "set_tid_address",
        "prctl",
        "ioctl",
    ]
)
texts = st.text(max_size=5)
programs = tuples_of(st.sampled_from([f"/bin/{letter}" for letter in "abcdefghijkl"]) | texts, max_size=10)
phases = st.sampled_from(rec.Phase)
paths = st.sampled_from(["/etc/hosts", "/lib/x.so"]) | texts
values = tuples_of(st.tuples(st.integers(0, 5), st.sampled_from([0, 1, 2, 2**64 - 1])), max_size=2)

hosts = st.builds(rec.Host, kernel=st.sampled_from(["6.1", "6.18"]), arch=abis)
containers = st.builds(
    rec.Container,
    id=st.sampled_from(["a" * 64, "b" * 64]),
    name=texts,
    image=texts,
    repo_digest=st.none() | texts,
    command=tuples_of(texts),
    runtime=st.sampled_from(["", "crun", "runc"]),
    daemon_label=st.sampled_from(["", "unconfined", "docker-dockerd"]) | texts,
    no_new_privileges=st.booleans(),
    seccomp=st.sampled_from(rec.SeccompMode),
    seccomp_profile=st.sampled_from(rec.SeccompProfile),
    bounding_set=tuples_of(st.sampled_from(Capability)),
    ambient_set=tuples_of(st.sampled_from(Capability)),
    project=st.sampled_from(["", "a:compose.yml", "b:compose.yml", "a:other.yml"]) | texts,
    service=st.sampled_from(["", "web"]) | texts,
    late=st.booleans(),
    start=st.sampled_from(rec.Start),
    end=st.sampled_from(rec.End),
    health_check=st.sampled_from(rec.HealthCheck),
    exec_seen=st.none() | st.booleans(),
    volumes=tuples_of(texts),
    data=st.sampled_from(rec.Data),
    one_cpu=st.booleans(),
    left_out=tuples_of(st.sampled_from(["", "/bin/sh"]) | texts),
)
syscalls = st.builds(
    rec.Syscall, runs=runs, abi=abis, name=names, phases=tuples_of(phases, min_size=1), programs=programs
)
arguments = st.builds(
    rec.SyscallArguments,
    runs=runs,
    abi=abis,
    name=names,
    values=values,
    phases=tuples_of(phases),
    anything=st.sampled_from([False, False, False, True]),
)
refused = st.builds(
    rec.RefusedSyscall,
    runs=runs,
    abi=abis,
    name=names,
    errno=st.none() | st.sampled_from([1, 38]),
    values=values,
    programs=programs,
    anything=st.sampled_from([False, False, False, True]),
)
asked_in_turn = st.sampled_from([Capability.CAP_CHOWN, Capability.CAP_BPF, Capability.CAP_SYS_ADMIN])
checks = partial(
    st.builds,
    rec.CapabilityCheck,
    runs=runs,
    use=st.sampled_from(rec.CapabilityUse),
    granted=st.booleans(),
    own_credentials=st.booleans(),
    copied_credentials=st.booleans(),
    own_user_namespace=st.booleans(),
    task_user_namespace=st.none() | st.booleans(),
    audited=st.none() | st.booleans(),
    asked_by=st.sampled_from(["", "do_seccomp", "ovl_listxattr", "nobody_knows"]),
    by_root=st.none() | st.booleans(),
    phase=phases,
    abi=abis,
    syscalls=tuples_of(names | st.just(rec.IO_URING)),
    programs=programs,
    askers=tuples_of(
        st.sampled_from(["setattr_prepare chown_common", "__x64_sys_chroot", "a.b$c", "do_seccomp"])
    ),
)
capabilities = checks(capability=asked_in_turn, instead=tuples_of(asked_in_turn, max_size=2)) | checks(
    capability=st.just(Capability.CAP_NET_BIND_SERVICE)
)
executed = st.builds(
    rec.ExecutedFile,
    runs=runs,
    path=paths,
    interpreted=st.none() | paths,
    examined=st.booleans(),
    file_capabilities=tuples_of(st.sampled_from(Capability)),
    file_effective=st.booleans(),
    given=tuples_of(st.sampled_from(Capability)),
    set_user=st.booleans(),
    set_group=st.booleans(),
)
path_accesses = st.builds(
    rec.PathAccess, runs=runs, path=paths, access=tuples_of(st.sampled_from(rec.Access), min_size=1)
)
low_ports = st.builds(
    rec.LowPort,
    runs=runs,
    port=st.sampled_from([1, 53, 80, 443, 1023]),
    start=st.sampled_from([0, 1]),
    programs=programs,
)
completeness = st.builds(
    rec.Completeness,
    rings=tuples_of(st.sampled_from(rec.RingUnseen)),
    lost=tuples_of(st.builds(rec.LostCount, what=st.sampled_from(rec.Lost), count=st.integers(1, 99))),
    unknown_syscalls=tuples_of(
        st.builds(
            rec.UnknownSyscall, runs=runs, abi=abis, number=st.integers(500, 502), executed=st.booleans()
        )
    ),
)


test_places = st.frozensets(st.integers(0, 5)).map(lambda numbers: " ".join(map(str, sorted(numbers))))
in_tests = st.builds(
    rec.InTests,
    setup=test_places,
    call=test_places,
    teardown=test_places,
    one_of=test_places,
    start_up=st.booleans(),
    shutdown=st.booleans(),
)
attributions = st.builds(
    rec.Attribution,
    names=tuples_of(st.sampled_from("abcdef"), max_size=4).map(lambda names: tuple(dict.fromkeys(names))),
    calls=tuples_of(
        st.builds(
            rec.CallInTests,
            abi=st.just(Abi.X86_64),
            name=st.sampled_from(["read", "socket"]),
            values=st.sampled_from([(), ((0, 1),)]),
            seen=in_tests,
        )
    ),
    capabilities=tuples_of(
        st.builds(
            rec.CapabilityInTests,
            capability=st.sampled_from([Capability.CAP_CHOWN, Capability.CAP_KILL]),
            abi=st.just(Abi.X86_64),
            syscall=st.sampled_from(["", "chown"]),
            audited=st.booleans(),
            seen=in_tests,
        )
    ),
    paths=tuples_of(st.builds(rec.PathInTests, path=st.sampled_from(["/a", "/b"]), seen=in_tests)),
    not_named=st.integers(0, 3),
    not_kept=st.integers(0, 3),
)

few_attributions = st.sampled_from(
    [
        rec.Attribution(),
        *(
            rec.Attribution(
                names=names,
                calls=(
                    rec.CallInTests(abi=Abi.X86_64, name="read", seen=rec.InTests(call="0 1", start_up=True)),
                    rec.CallInTests(abi=Abi.X86_64, name=call, seen=rec.InTests(setup="1")),
                ),
                not_kept=len(names),
            )
            for names in (("a", "b"), ("b", "c", "a"), ("c",))
            for call in ("read", "socket")
        ),
    ]
)
"""Cheap to draw: beside everything else that a recording has."""


def recordings(subject: str = "web") -> st.SearchStrategy[rec.Recording]:
    """Any valid recording of one subject, in any order of its items."""
    return st.builds(
        rec.Recording,
        subject=st.just(subject),
        run_ids=tuples_of(run_ids, min_size=1),
        hosts=tuples_of(hosts),
        containers=tuples_of(containers),
        syscalls=tuples_of(syscalls, max_size=6),
        arguments=tuples_of(arguments),
        refused=tuples_of(refused),
        capabilities=tuples_of(capabilities),
        executed=tuples_of(executed),
        paths=tuples_of(path_accesses),
        low_ports=tuples_of(low_ports),
        completeness=completeness,
        attribution=few_attributions,
    )
