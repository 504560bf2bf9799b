"""A shop: how many of an item are left, and orders. Standard library only; it speaks to Redis itself."""

import json
import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATABASE = (os.environ.get("SHOP_DATABASE", "db"), 6379)
AUDIT = os.environ.get("SHOP_AUDIT")
"""A file that keeps every order; empty: none does."""


def ask(*words: str) -> bytes:
    """One command of Redis, and the line of its answer (RESP, simple strings and integers)."""
    command = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
    with socket.create_connection(DATABASE, timeout=5) as connection:
        connection.sendall(command.encode())
        with connection.makefile("rb") as answers:
            line = answers.readline().strip()
            return answers.readline().strip() if line[:1] == b"$" and line != b"$-1" else line[1:]


def audit(item: str) -> None:
    """Keep an order for good: it is on the disk before the customer hears of it."""
    with open(AUDIT, "a") as log:
        log.write(f"{item}\n")
        log.flush()
        os.fsync(log.fileno())


class Handler(BaseHTTPRequestHandler):
    """``GET /stock/ITEM``, ``POST /order/ITEM``."""

    def do_GET(self) -> None:
        if self.path == "/health":
            return self.answer(200, {"database": ask("PING").decode()})
        item = self.path.removeprefix("/stock/")
        left = ask("GET", f"stock:{item}")
        return self.answer(404, {}) if left == b"-1" else self.answer(200, {"item": item, "left": int(left)})

    def do_POST(self) -> None:
        item = self.path.removeprefix("/order/")
        left = int(ask("DECR", f"stock:{item}"))
        if left < 0:
            ask("INCR", f"stock:{item}")
            return self.answer(409, {"item": item, "left": 0})
        if AUDIT:
            audit(item)
        return self.answer(201, {"item": item, "left": left})

    def answer(self, status: int, content: dict) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("", 8000), Handler).serve_forever()
