"""JSON schemas of the recording file and of what each ``--json`` prints, made from the models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter

from profilegen.formats.reasons_content import Reasons
from profilegen.recording.model import Recording
from profilegen.render.doctor_json import Examination
from profilegen.render.findings_json import Findings
from profilegen.render.minimize_json import MinimizedProfiles
from profilegen.render.policy_json import Policies
from profilegen.render.reasons import ShownReasons
from profilegen.render.recording_json import ShownFolder, ShownFolderRisks, ShownRecording, ShownRisks
from profilegen.render.tables_json import Architectures, Calls

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VERSION = 1
"""The version that each of the models says it has; a test compares."""

_FORMS: dict[str, tuple[str, Any, Literal["validation", "serialization"]]] = {
    "recording": ("A recording: SUBJECT.recording.json", Recording, "validation"),
    "reasons": ("Why each line of the profiles is there: SUBJECT/reasons.json", Reasons, "validation"),
    "emit": ("What profilegen emit --json prints", Policies, "serialization"),
    "minimize": ("What profilegen minimize --json prints", MinimizedProfiles, "serialization"),
    "show": (
        "What profilegen show --json prints: of a file, of a folder, of either with --risk, and --profile",
        ShownRecording | ShownFolder | ShownRisks | ShownFolderRisks | ShownReasons,
        "serialization",
    ),
    "tables": ("What profilegen tables --json prints", Calls | Architectures, "serialization"),
    "findings": ("What profilegen check and diff print with --format json", Findings, "serialization"),
    "doctor": ("What profilegen doctor --json prints", Examination, "serialization"),
}


def schemas() -> dict[str, dict[str, Any]]:
    """All schemas by name, JSON-ready."""
    return {
        name: {
            **TypeAdapter[Any](form).json_schema(mode=mode),
            "$schema": _DIALECT,
            "$id": f"urn:profilegen:schema:{name}:{_VERSION}",
            "title": title,
        }
        for name, (title, form, mode) in _FORMS.items()
    }
