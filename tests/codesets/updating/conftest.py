"""The site of a publisher on this machine, and what fetches from it."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from nosology.codesets.updating.download import Downloader, Patience
from nosology.codesets.updating.transport import Transport
from tests.codesets.updating.publisher import (
    HOST,
    FakeClock,
    Identity,
    QuietServer,
    Site,
    handler_for,
)


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


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def transport(identity: Identity) -> Transport:
    return Transport((HOST,), timeout=5, context=identity.for_client())


@pytest.fixture
def downloader(transport: Transport, clock: FakeClock) -> Downloader:
    return Downloader(transport, Patience(), clock)
