"""Each kind of finding in a few words, for the reports of CI systems."""

from __future__ import annotations

from profilegen.review.findings import Rule

TITLES = {
    Rule.NO_PROFILE: "A subject was recorded that has no profiles",
    Rule.NEW_CALL: "The profile refuses a system call that was seen",
    Rule.NEW_ARGUMENTS: "The profile refuses arguments that were seen",
    Rule.NEW_ABI: "The profile kills programs of an architecture that was seen",
    Rule.NEW_CAPABILITY: "A capability is needed and not added",
    Rule.NEW_PATH: "The AppArmor profile refuses a file that was used",
    Rule.OTHER_ERRNO: "A refused system call gets another errno",
    Rule.DENIED: "Something was seen that the project file denies",
    Rule.EXPIRED: "A decision by hand has expired",
    Rule.UNUSED_ENTRY: "A decision by hand changes nothing",
    Rule.NO_LONGER_SEEN: "The profile allows what no recording has",
    Rule.WIDER: "The profile allows more than before",
    Rule.NARROWER: "The profile allows less than before",
    Rule.CHANGED: "The profile answers otherwise than before",
}
