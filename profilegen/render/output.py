"""Base of what ``--json`` prints: models, so that a JSON schema can be made of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from typing import Self


class Output(BaseModel):
    """Something that a program reads; a field that is added later has to be added here."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def of(cls, **fields: Any) -> Self:
        """Make one of values that were checked before."""
        return cast("Self", cls.model_construct(**fields))

    def document(self) -> dict[str, Any]:
        """JSON-ready."""
        return self.model_dump(mode="json", by_alias=True)
