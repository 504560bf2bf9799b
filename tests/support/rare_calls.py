"""A server in a container that makes whatever system call it is asked for, and 23 calls that nobody makes."""

import socket
import time

IMAGE = "profilegen-test/python"
PORT = 8000
SHARED = "profilegen-plugin-server"
"""Name of the container that all workers share."""
SERVER = f"""
import ctypes, signal, socketserver, sys
libc = ctypes.CDLL(None)
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            libc.syscall(int(line), 0, 0, 0, 0, 0, 0)
            self.wfile.write(b"done\\n")
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: (libc.syscall({251}, 0, 0, 0), sys.exit(0)))
socketserver.ThreadingTCPServer.daemon_threads = True
socketserver.ThreadingTCPServer(("", {PORT}), Handler).serve_forever()
"""
"""Asked to stop, it makes one more call, ``ioprio_set``."""
COMMAND = ["python3", "-c", SERVER]
AT_THE_END = "ioprio_set"

RARE = {
    "getitimer": 36,
    "alarm": 37,
    "flock": 73,
    "fsync": 74,
    "fdatasync": 75,
    "truncate": 76,
    "ftruncate": 77,
    "umask": 95,
    "times": 100,
    "getpgid": 121,
    "getsid": 124,
    "getpriority": 140,
    "sched_getparam": 143,
    "sched_getscheduler": 145,
    "sched_get_priority_max": 146,
    "sched_get_priority_min": 147,
    "sched_rr_get_interval": 148,
    "mlock": 149,
    "sync": 162,
    "ioprio_get": 252,
    "inotify_add_watch": 254,
    "tee": 276,
    "getcpu": 309,
}
"""Names and numbers on x86_64; all are allowed by Docker's default, whatever their arguments."""


def ask(address: str, name: str) -> None:
    """Let the server make a call, once it answers."""
    for _ in range(200):
        try:
            with socket.create_connection((address, PORT), timeout=5) as connection:
                connection.sendall(b"%d\n" % RARE[name])
                assert connection.recv(16) == b"done\n"
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{address} does not answer")
