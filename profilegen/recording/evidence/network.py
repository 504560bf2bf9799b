"""Low ports that were bound."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from profilegen.recording.evidence.base import Programs, Seen


class LowPort(Seen):
    """A port below 1024 that was bound where the network namespace asks for no capability."""

    port: Annotated[int, Field(gt=0, lt=1024)]
    start: Annotated[int, Field(ge=0, lt=1024)]
    """``net.ipv4.ip_unprivileged_port_start`` there: a bind below it needs NET_BIND_SERVICE."""
    programs: Programs = ()
