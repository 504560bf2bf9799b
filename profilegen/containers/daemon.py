"""The AppArmor label of the daemon behind an engine's socket: it may send signals to containers."""

from __future__ import annotations

import re
import socket
import struct
from pathlib import Path

from profilegen.text import path_text

_PEER = struct.Struct("3i")
"""struct ucred (unix(7)): process, user, group."""
_LABEL = re.compile(rb"(.+?)(?: \([a-z]+\))?\n?\Z", re.DOTALL)
"""A label and the mode of its profiles, which ``unconfined`` lacks (security/apparmor/procattr.c)."""
_LONGEST = 1000
"""Characters of a label that a recording takes."""


def daemon_label(socket_path: str, proc: Path = Path("/proc")) -> str:
    """The label of the process that answers at a socket, without its mode.

    Where systemd opened the socket (socket activation) the peer is process 1, and dockerd's own PID file
    beside the socket names it: docker.pid for docker.sock.

    Args:
        socket_path: of a unix socket that somebody listens at.
        proc: where proc(5) is mounted.

    Returns:
        Empty if it cannot be known: no AppArmor, another PID namespace, no PID file.
    """
    try:
        process = peer(socket_path)
        if process == 1:
            process = int(Path(socket_path).with_suffix(".pid").read_text())
        raw = (proc / str(process) / "attr/apparmor/current").read_bytes()
    except (OSError, ValueError):
        return ""
    found = _LABEL.match(raw)
    label = path_text(found[1]) if found else ""
    return label if len(label) <= _LONGEST else ""


def peer(socket_path: str) -> int:
    """The process that called listen(2) on a unix socket; 0: it is in no PID namespace of ours.

    Raises:
        OSError: nobody listens there.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(socket_path)
        process, _, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(process)
