"""Reports of check and diff with whatever a hostile container may put into them."""

from hypothesis import strategies as st

from profilegen.abi import Abi
from profilegen.conditions import Condition, Operator
from profilegen.review.findings import Finding, Level, Place, Report, Rule, Subject, in_order

HOSTILE = (
    "::error file=x::y",
    "a\n::set-output name=x::y",
    "a|b",
    "```` ` ```",
    "@everyone #1 www.example.com",
    "<script>alert(1)</script>",
    "]]>&amp;\x00\x1b[31m\ufffe",
    "%0A%25",
    "\udcff\ud800",
    "</details>",
)
texts = st.sampled_from(HOSTILE) | st.text(max_size=8)
files = st.sampled_from(["profiles/web/seccomp.json", "/a b/%,:.json"]) | texts.filter(bool)
places = st.builds(Place, files, st.integers(1, 9))
findings = st.builds(
    Finding,
    st.sampled_from(Rule),
    st.sampled_from(Level),
    st.sampled_from(["web", "db", ""]),
    st.sampled_from(Subject),
    texts,
    texts.map(lambda text: f"it is refused, called by {text}"),
    arch=st.none() | st.sampled_from([Abi.X86_64, Abi.ARM64]),
    conditions=st.sampled_from([(), ((Condition(0, Operator.EQUAL, 2**63),),)]),
    programs=st.lists(texts, max_size=3).map(tuple),
    tests=st.lists(texts, max_size=2).map(tuple),
    asked_by=st.lists(texts, max_size=2).map(tuple),
    opens=st.sampled_from(["", "the kernel"]),
    wider=st.booleans(),
    fix=texts,
    place=st.none() | places,
)
reports = st.builds(
    lambda command, some, compared: Report(command, in_order(some), compared),
    st.sampled_from(["check", "diff"]),
    st.lists(findings, max_size=15),
    st.sampled_from([(), ("web: 1 run, amd64",)]),
)
