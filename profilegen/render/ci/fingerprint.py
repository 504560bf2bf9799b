"""Names a finding for good, so that a CI system knows it again in the next run."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profilegen.review.findings import Finding


def fingerprint(finding: Finding) -> str:
    """64 hexadecimal digits; the sentence, the line and the programs do not change it."""
    return hashlib.sha256(finding.key.encode("utf-8", "surrogatepass")).hexdigest()
