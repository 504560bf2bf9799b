"""What ``show`` prints of a recording."""

from __future__ import annotations

import io

from rich.console import Console

from profilegen.recording import Recording
from profilegen.render import recording as render


def shown(recording: Recording) -> str:
    text = io.StringIO()
    Console(file=text, width=1000, highlight=False).print(render.show(recording))
    return text.getvalue()
