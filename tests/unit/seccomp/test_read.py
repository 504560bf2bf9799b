"""Profiles that are read: those of others resolved, our own come back, an enemy's refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.capabilities import DOCKER_DEFAULT, Capability
from profilegen.conditions import Condition, Operator
from profilegen.errors import ExitCode, SeccompUnreadableError
from profilegen.formats import seccomp
from profilegen.policy.model import Policy
from profilegen.recording import Recording
from profilegen.seccomp import read as reader
from profilegen.seccomp.document import Document
from profilegen.seccomp.filter import Action, Answer, Filter, FilterRule
from profilegen.seccomp.read import load, parse
from profilegen.seccomp.reference import docker_default_filter
from profilegen.seccomp.resolve import resolve
from profilegen.tables.engines import docker_default
from tests.support.recordings import derive
from tests.unit.policy.test_laws import ANYWAY, recorded
from tests.unit.recording.test_store import json_values

NONE: frozenset[Capability] = frozenset()
ALLOW, ERRNO, LOG = "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_LOG"
ALLOWED, EPERM = Answer(Action.ALLOW), Answer(Action.ERRNO, 1)
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)


def profile(*syscalls: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"defaultAction": ERRNO, "syscalls": list(syscalls), **fields}


def read(content: Any) -> Document:
    return parse(json.dumps(content).encode(), "x.json").document


def rules_of(
    *syscalls: dict[str, Any],
    kept: frozenset[Capability] = NONE,
    arch: Abi = Abi.X86_64,
    kernel: tuple[int, int] = (5, 10),
) -> list[FilterRule]:
    return list(resolve(read(profile(*syscalls)), arch, kept, kernel).rules)


def rule(**fields: Any) -> dict[str, Any]:
    return {"names": ["read"], "action": ALLOW, **fields}


def argument(index: int, op: str, value: int, **more: int) -> dict[str, Any]:
    return {"index": index, "op": f"SCMP_CMP_{op}", "value": value, **more}


def filter_of(policy: Policy) -> Filter:
    """What a profile holds of a policy."""
    rules = (
        FilterRule(
            rule.name,
            ALLOWED if rule.errno is None else Answer(Action.ERRNO, rule.errno),
            conditions,
        )
        for rule in policy.syscalls
        for conditions in rule.conditions or ((),)
    )
    return Filter(policy.abis, Answer(Action.ERRNO, policy.default_errno), tuple(sorted(rules)))


@given(recorded)
def test_what_is_emitted_is_read_back_equal(recording: Recording) -> None:
    policy = derive([recording], ANYWAY)
    document = parse(seccomp.render(policy).encode(), "seccomp.json").document
    for kept in (NONE, DOCKER_DEFAULT):
        found = resolve(document, policy.arch, kept)
        assert Filter(found.abis, found.default, tuple(sorted(found.rules))) == filter_of(policy)


@pytest.mark.parametrize("arch", [Abi.X86_64, Abi.ARM64, Abi.S390X, Abi.RISCV64])
@pytest.mark.parametrize("kept", [NONE, DOCKER_DEFAULT, frozenset(Capability)])
def test_dockers_default_as_a_file_is_dockers_default_as_facts(
    arch: Abi, kept: frozenset[Capability]
) -> None:
    """Written in Docker's own form from the facts, with its includes and excludes, and read back."""
    syscalls = [
        {
            "names": [one.name],
            "action": ALLOW if one.errno is None else ERRNO,
            **({} if one.errno is None else {"errnoRet": one.errno}),
            "args": [
                {"index": c.index, "op": c.operator, "value": c.value, "valueTwo": c.value_two}
                for c in one.conditions
            ],
            "includes": {
                "caps": sorted(one.caps),
                "arches": sorted(one.arches),
                **({"minKernel": one.min_kernel} if one.min_kernel else {}),
            },
            "excludes": {"caps": sorted(one.without_caps), "arches": sorted(one.without_arches)},
        }
        for group in docker_default.rules().values()
        for one in group
    ]
    families = [
        {"architecture": native.scmp, "subArchitectures": sorted(abi.scmp for abi in compats)}
        for native, compats in docker_default.architectures().items()
    ]
    found = resolve(read(profile(*syscalls, archMap=families, defaultErrnoRet=1)), arch, kept)
    expected = docker_default_filter(arch, kept)
    assert (found.abis, found.default) == (expected.abis, expected.default)
    assert found.rules == tuple(dict.fromkeys(expected.rules))


class TestResolving:
    def test_one_rule_for_each_name(self) -> None:
        assert rules_of(rule(names=["read", "write", "read"]), rule(names=[])) == [
            FilterRule("read", ALLOWED),
            FilterRule("write", ALLOWED),
        ]

    def test_the_older_way_to_name(self) -> None:
        assert rules_of({"name": "read", "action": ALLOW}) == [FilterRule("read", ALLOWED)]

    @pytest.mark.parametrize(
        ("limits", "held"),
        [
            ({}, True),
            (None, True),
            ({"caps": None}, True),
            ({"caps": ["CAP_CHOWN"]}, True),
            ({"caps": ["CAP_CHOWN", "CAP_SYS_ADMIN"]}, False),
            ({"caps": ["CAP_OF_TOMORROW"]}, False),
            ({"arches": ["amd64"]}, True),
            ({"arches": ["arm64", "amd64"]}, True),
            ({"arches": ["x86", "x32"]}, False),
            ({"minKernel": "4.8"}, True),
            ({"minKernel": "5.10"}, True),
            ({"minKernel": "5.11"}, False),
            ({"minKernel": "6.1"}, False),
        ],
    )
    def test_what_is_included(self, limits: Any, held: bool) -> None:
        kept = frozenset({Capability.CAP_CHOWN})
        assert bool(rules_of(rule(includes=limits), kept=kept)) is held

    @pytest.mark.parametrize(
        ("limits", "held"),
        [
            ({"caps": ["CAP_CHOWN", "CAP_SYS_ADMIN"]}, False),
            ({"caps": ["CAP_SYS_ADMIN"]}, True),
            ({"arches": ["amd64"]}, False),
            ({"arches": ["s390x"]}, True),
            ({"minKernel": "5.10"}, False),
            ({"minKernel": "6.1"}, True),
        ],
    )
    def test_what_is_excluded(self, limits: Any, held: bool) -> None:
        kept = frozenset({Capability.CAP_CHOWN})
        assert bool(rules_of(rule(excludes=limits), kept=kept)) is held

    def test_a_newer_kernel_includes_more(self) -> None:
        assert rules_of(rule(includes={"minKernel": "6.1"}), kernel=(6, 18))

    def test_conditions_on_different_arguments_hold_together(self) -> None:
        (found,) = rules_of(rule(args=[argument(1, "LT", 7), argument(0, "MASKED_EQ", 6, valueTwo=2)]))
        assert found.conditions == (
            Condition(0, Operator.MASKED_EQUAL, 6, 2),
            Condition(1, Operator.LESS, 7),
        )

    def test_two_conditions_on_one_argument_are_alternatives_and_split_the_others(self) -> None:
        args = [argument(0, "GE", 3), argument(0, "LT", 5), argument(1, "EQ", 1)]
        assert [found.conditions for found in rules_of(rule(args=args))] == [
            (Condition(0, Operator.GREATER_EQUAL, 3),),
            (Condition(0, Operator.LESS, 5),),
            (Condition(1, Operator.EQUAL, 1),),
        ]

    @pytest.mark.parametrize(
        ("fields", "answer"),
        [
            ({"action": ERRNO}, EPERM),
            ({"action": ERRNO, "errnoRet": 38}, Answer(Action.ERRNO, 38)),
            ({"action": ERRNO, "errnoRet": 38, "errno": "EINVAL"}, Answer(Action.ERRNO, 22)),
            ({"action": "SCMP_ACT_TRACE", "errnoRet": 7}, Answer(Action.TRACE, 7)),
            ({"action": "SCMP_ACT_LOG", "errnoRet": 7}, Answer(Action.LOG)),
            ({"action": "SCMP_ACT_KILL"}, Answer(Action.KILL_THREAD)),
            ({"action": "SCMP_ACT_KILL_PROCESS"}, Answer(Action.KILL_PROCESS)),
            ({"action": "SCMP_ACT_TRAP"}, Answer(Action.TRAP)),
            ({"action": "SCMP_ACT_NOTIFY"}, Answer(Action.NOTIFY)),
        ],
    )
    def test_answers(self, fields: dict[str, Any], answer: Answer) -> None:
        (found,) = rules_of(rule(**fields))
        assert found.answer == answer

    def test_podmans_default_errno(self) -> None:
        found = resolve(read(profile(defaultErrnoRet=1, defaultErrno="ENOSYS")), Abi.X86_64, NONE)
        assert found.default == Answer(Action.ERRNO, 38)

    @pytest.mark.parametrize(
        ("fields", "abis"),
        [
            ({}, (Abi.X86_64,)),
            ({"architectures": ["SCMP_ARCH_X86"]}, (Abi.X86_64, Abi.I386)),
            ({"architectures": ["SCMP_ARCH_X32", "SCMP_ARCH_X86_64"]}, (Abi.X86_64, Abi.X32)),
            ({"archMap": [{"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": None}]}, (Abi.X86_64,)),
            (
                {
                    "archMap": [
                        {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]},
                        {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                    ]
                },
                (Abi.X86_64, Abi.I386),
            ),
        ],
    )
    def test_architectures(self, fields: dict[str, Any], abis: tuple[Abi, ...]) -> None:
        assert resolve(read(profile(**fields)), Abi.X86_64, NONE).abis == abis


class TestDeciding:
    def opened(self, *syscalls: dict[str, Any], default: str = ERRNO) -> Any:
        return resolve(read({"defaultAction": default, "syscalls": syscalls}), Abi.X86_64, NONE).allowed_for(
            "read"
        )

    def test_what_no_rule_is_for(self) -> None:
        assert self.opened() is None
        assert self.opened(default=ALLOW) == ()
        assert self.opened(default="SCMP_ACT_LOG") == ()

    def test_one_without_conditions_makes_the_others_ineffective(self) -> None:
        some = rule(args=[argument(0, "EQ", 1)])
        assert self.opened(some, rule()) == ()
        assert self.opened(rule(), some) == ()
        assert self.opened(some, rule(action=ERRNO, errnoRet=38)) is None

    def test_the_first_without_conditions_wins(self) -> None:
        assert self.opened(rule(), rule(action=ERRNO, errnoRet=38)) == ()
        assert self.opened(rule(action=ERRNO, errnoRet=38), rule()) is None

    def test_what_says_the_same_as_the_default_is_nothing(self) -> None:
        """Runtimes leave it out, so that it does not hide a conditional one."""
        some = rule(args=[argument(0, "EQ", 1)])
        assert self.opened(some, rule(action=ERRNO)) == ((Condition(0, Operator.EQUAL, 1),),)

    def test_alternatives(self) -> None:
        one, other = rule(args=[argument(0, "EQ", 1)]), rule(args=[argument(1, "EQ", 2)])
        assert len(self.opened(one, other)) == 2

    def test_only_what_another_rule_answers_too_is_in_doubt(self) -> None:
        refused = rule(action=ERRNO, errnoRet=38, args=[argument(0, "EQ", 5)])
        assert self.opened(rule(args=[argument(0, "LT", 10)]), refused) == (
            (Condition(0, Operator.LESS, 10), Condition(0, Operator.NOT_EQUAL, 5)),
        )
        assert self.opened(rule(args=[argument(0, "LT", 5)]), refused) == ((Condition(0, Operator.LESS, 5),),)
        assert self.opened(rule(args=[argument(0, "EQ", 5)]), refused) is None

    def test_a_limit_beyond_32_bits_is_in_doubt(self) -> None:
        """On a 32-bit ABI libseccomp cuts it off."""
        wide = argument(0, "EQ", 2**32 + 5)
        assert self.opened(rule(args=[wide])) is None
        assert self.opened(rule(args=[argument(1, "EQ", 2)]), rule(args=[wide])) is not None
        refused = rule(action=ERRNO, errnoRet=38, args=[wide])
        assert self.opened(rule(args=[argument(0, "EQ", 2)]), refused) is None

    def test_a_default_that_allows_but_for_some_arguments(self) -> None:
        assert self.opened(rule(action=ERRNO, args=[argument(0, "EQ", 5)]), default=ALLOW) == (
            (Condition(0, Operator.NOT_EQUAL, 5),),
        )
        assert self.opened(rule(action=ERRNO), default=ALLOW) is None
        assert self.opened(rule(action=LOG), default=ALLOW) == ()


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ({}, "defaultAction"),
        ([], "list without a SeccompProfile"),
        ({"defaultAction": "SCMP_ACT_PERHAPS"}, "defaultAction"),
        (profile(rule(action="ALLOW")), "syscalls.0.action"),
        (profile({"names": ["read"]}), "syscalls.0.action"),
        (profile(rule(name="write")), "'name' and 'names'"),
        (profile(rule(names="read")), "syscalls.0.names"),
        (profile(rule(args=[argument(6, "EQ", 1)])), "args.0.index"),
        (profile(rule(args=[argument(0, "IS", 1)])), "args.0.op"),
        (profile(rule(args=[argument(0, "EQ", 2**64)])), "args.0.value"),
        (profile(rule(args=[argument(0, "EQ", -1)])), "args.0.value"),
        (profile(rule(args=[{"index": 0, "op": "SCMP_CMP_EQ", "value": "1"}])), "args.0.value"),
        (profile(rule(args=[{"index": True, "op": "SCMP_CMP_EQ", "value": 1}])), "args.0.index"),
        (profile(rule(errno="EXYZ")), "EXYZ"),
        (profile(rule(errno="EnvironmentError")), "not an errno name"),
        (profile(rule(includes={"minKernel": "new"})), "minKernel"),
        (profile(architectures=["SCMP_ARCH_VAX"]), "SCMP_ARCH_VAX"),
        (profile(architectures=["SCMP_ARCH_X86"], archMap=[{"architecture": "SCMP_ARCH_X86"}]), "archMap"),
        (profile(archMap=[{"architecture": "SCMP_ARCH_X86", "subArchitectures": ["VAX"]}]), "VAX"),
        (profile(rule(args=[], Args=[argument(0, "EQ", 1)])), "'Args' is there twice"),
    ],
)
def test_what_no_engine_would_take_is_refused(content: Any, cause: str) -> None:
    with pytest.raises(SeccompUnreadableError, match=cause) as caught:
        read(content)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.cause.isprintable()
    assert len(caught.value.cause) < 300


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "Expecting value"),
        (b"\xff\xfe", "codec can't decode"),
        (b"[" * 100_000, "recursion"),
        (b'{"defaultAction": NaN}', "NaN is not JSON"),
        (b'{"defaultAction": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"defaultAction": "SCMP_ACT_ALLOW", "defaultAction": "SCMP_ACT_ERRNO"}', "there twice"),
        (b'{"defaultAction": "SCMP_ACT_\\u001b[2J"}', "defaultAction"),
    ],
)
def test_what_is_no_json_is_refused(content: bytes, cause: str) -> None:
    with pytest.raises(SeccompUnreadableError, match=cause) as caught:
        parse(content, "x.json")
    assert caught.value.cause.isprintable()


def test_fields_that_no_engine_knows_are_nothing() -> None:
    assert resolve(read(profile(rule(novelty=1), novelty={})), Abi.X86_64, NONE).allowed_for("read") == ()


@pytest.mark.parametrize("unit", [b"[],", b'{"a":1},', b"0,", b'"\\""'])
def test_an_enemys_file_is_refused_before_it_takes_memory(tmp_path: Path, unit: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'{"syscalls": [' + unit * (reader.SIZE_LIMIT // len(unit) - 5))
    with pytest.raises(SeccompUnreadableError):
        load(path)


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(SeccompUnreadableError, match="larger"):
        load(Path("/dev/zero"))


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", tmp_path / "nul\0"):
        with pytest.raises(SeccompUnreadableError, match="cannot be read"):
            load(path)


@SAME_FOLDER
@given(value=json_values, data=st.data())
def test_a_field_with_another_value_loads_or_is_refused(value: Any, data: st.DataObject) -> None:
    content = profile(
        rule(args=[argument(0, "EQ", 1)], includes={"caps": ["CAP_CHOWN"], "minKernel": "4.8"}),
        architectures=["SCMP_ARCH_X86"],
    )
    place: Any = content
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], (dict, list)) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = value
    try:
        document = read(content)
    except SeccompUnreadableError as error:
        assert error.cause.isprintable()  # noqa: PT017  loading it is right too
    else:
        assert resolve(document, Abi.X86_64, DOCKER_DEFAULT).allowed_for("write") in (None, ())
