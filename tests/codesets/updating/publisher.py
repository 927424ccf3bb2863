"""A publisher's site on this machine: encrypted, and as unreliable as a test wants it."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Identity:
    """A certificate that the machine itself signed, and its key."""

    certificate: Path
    key: Path

    def for_server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def for_client(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))


@dataclass
class Answer:
    """What the site answers to one request.

    Attributes:
        cut: bytes of the body after which the connection is dropped; None for the whole.
        chunk: bytes that are written at a time.
        between: called before each chunk, with the number of bytes sent so far.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    chunk: int = 1 << 16
    between: Callable[[int], None] | None = None


Handler = Callable[[BaseHTTPRequestHandler], Answer]


class Site:
    """The site: what stands where, and what was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.places: dict[str, Handler] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def at(self, path: str) -> str:
        return self.address + path

    def serve(self, path: str, *answers: Answer | Handler) -> str:
        """Answer each request for the path in turn, and the last for all that follow."""
        waiting = list(answers)

        def next_answer(request: BaseHTTPRequestHandler) -> Answer:
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return answer if isinstance(answer, Answer) else answer(request)

        self.places[path] = next_answer
        return self.at(path)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def headers_of(self, number: int) -> dict[str, str]:
        return self.asked[number][1]


def ranged(body: bytes, etag: str = '"one"', cut: int | None = None) -> Handler:
    """A file as a careful server gives it out: marked, and continued where that is asked."""

    def answer(request: BaseHTTPRequestHandler) -> Answer:
        headers = {"ETag": etag, "Content-Type": "application/zip"}
        asked = request.headers.get("Range", "")
        if request.headers.get("If-None-Match") == etag:
            return Answer(304, headers=headers)
        if not asked or request.headers.get("If-Range") != etag:
            return Answer(200, body, headers, cut)
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(body):
            return Answer(416, headers={"Content-Range": f"bytes */{len(body)}"})
        headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return Answer(206, body[start:], headers, cut)

    return answer


def handler_for(site: Site) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            path = self.path.partition("?")[0]
            handler = site.places.get(self.path) or site.places.get(path)
            answer = handler(self) if handler else Answer(404, b"not here")
            self.send_response(answer.status)
            headers = {"Content-Length": str(len(answer.body)), **answer.headers}
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            body = answer.body if answer.cut is None else answer.body[: answer.cut]
            for start in range(0, len(body), answer.chunk):
                if answer.between is not None:
                    self.wfile.flush()
                    answer.between(start)
                self.wfile.write(body[start : start + answer.chunk])
            self.close_connection = True

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    return Request


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, or does not trust the certificate, is part of the tests."""


class FakeClock:
    """Time that passes only when someone waits, or by a step for each look at it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.step = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the program openssl, which makes the certificate of the test, is not there")
    folder = tmp_path_factory.mktemp("certificate")
    made = Identity(folder / "certificate.pem", folder / "key.pem")
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", "/CN=test", "-addext", f"subjectAltName=IP:{HOST}"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-keyout", str(made.key), "-out", str(made.certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def site(identity: Identity) -> Iterator[Site]:
    server = QuietServer((HOST, 0), BaseHTTPRequestHandler)
    server.socket = identity.for_server().wrap_socket(server.socket, server_side=True)
    found = Site(f"https://{HOST}:{server.server_address[1]}")
    server.RequestHandlerClass = handler_for(found)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
