"""Servers that behave badly on purpose: a proxy that loses answers, and one that answers whatever it is told."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


def shown_on(terminal: int) -> str:
    """All that a terminal whose other end is closed was sent."""
    shown = b""
    with suppress(OSError):
        while data := os.read(terminal, 65536):
            shown += data
    os.close(terminal)
    return shown.decode()


class LosingProxy:
    """Passes requests on, and cuts the connection where it should pass the answers to the first uploads back."""

    def __init__(self, target: str, *, lost: int) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self.left = lost
        self.uploads = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                inner, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(inner,), daemon=True).start()

    def _serve(self, inner: socket.socket) -> None:
        """One request for each connection; both sides are told to close after it."""
        with inner, socket.create_connection(self._target) as outer, suppress(OSError):
            request = _whole(inner)
            is_upload = request.startswith(b"POST") and b"/submissions " in request[:200]
            outer.sendall(request.replace(b"Connection: keep-alive", b"Connection: close", 1))
            answer = b""
            while data := outer.recv(65536):
                answer += data
            if is_upload:
                self.uploads += 1
            if is_upload and self.left:
                self.left -= 1
                return
            inner.sendall(answer)


def _whole(connection: socket.socket) -> bytes:
    """A request with its body, as its Content-Length says."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    lengths = [line.split(":")[1] for line in lines if line.lower().startswith("content-length:")]
    wanted = int(lengths[0]) if lengths else 0
    while len(body) < wanted:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


Answer = Callable[[str], tuple[int, dict[str, str], bytes]]


@contextmanager
def answering(answer: Answer) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that answers a path as it is told; yields its address and the headers that it has been sent."""
    heard: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard.append(dict(self.headers))
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # It looks that often whether it is to end, and waits for the next look.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
