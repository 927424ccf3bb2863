"""Fetching a file: whole or not at all, continued, and never for ever."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import threading
import zipfile
from email.message import Message
from pathlib import Path

import pytest

from nosology import __version__
from nosology.codesets.updating.addresses import NotThere
from nosology.codesets.updating.download import Downloader, Patience
from nosology.codesets.updating.kept import read_record
from nosology.codesets.updating.transport import DownloadFailed, Transport
from nosology.model.errors import InputError
from tests.codesets.updating.publisher import Answer, FakeClock, Identity, Site, ranged

BODY = bytes(range(256)) * 1000
PATH = "/files/zip/edition.zip"
MOST = 10_000_000


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "edition.zip"


def part_of(place: Path) -> Path:
    return place.with_name(f"{place.name}.part")


def test_a_file_arrives_whole_with_its_record(
    site: Site, downloader: Downloader, place: Path
) -> None:
    seen: list[tuple[str, int, int]] = []
    done = downloader.file(
        site.serve(PATH, ranged(BODY)),
        place,
        most_bytes=MOST,
        progress=lambda stage, at, of: seen.append((stage, at, of)),
    )
    assert place.read_bytes() == BODY
    assert (done.path, done.content_type, done.transferred) == (
        place,
        "application/zip",
        len(BODY),
    )
    record = read_record(place)
    assert record is not None
    assert (record.address, record.etag, record.length) == (site.at(PATH), '"one"', len(BODY))
    assert seen[-1] == ("fetching edition.zip", len(BODY), len(BODY))
    assert not part_of(place).exists()


def test_nothing_of_the_machine_is_sent(site: Site, downloader: Downloader, place: Path) -> None:
    downloader.file(site.serve(PATH, ranged(BODY)), place, most_bytes=MOST)
    sent = {name.lower(): value for name, value in site.headers_of(0).items()}
    assert sent.pop("host").startswith("127.0.0.1")
    assert sent == {
        "user-agent": f"nosology/{__version__}",
        "accept-encoding": "identity",
        "connection": "close",
    }


def test_no_cookie_is_kept(site: Site, downloader: Downloader, place: Path) -> None:
    site.serve("/page", Answer(200, b"<p>", {"Set-Cookie": "who=you", "Content-Type": "text/html"}))
    downloader.page(site.at("/page"))
    downloader.page(site.at("/page"))
    assert all("cookie" not in name.lower() for name in site.headers_of(1))


def test_a_transfer_that_is_cut_off_is_continued(
    site: Site, downloader: Downloader, clock: FakeClock, place: Path
) -> None:
    address = site.serve(PATH, ranged(BODY, cut=100_000), ranged(BODY, cut=50_000), ranged(BODY))
    done = downloader.file(address, place, most_bytes=MOST)
    assert place.read_bytes() == BODY
    assert done.transferred == len(BODY)
    assert [headers.get("Range") for _, headers in site.asked] == [
        None,
        "bytes=100000-",
        "bytes=150000-",
    ]
    assert site.headers_of(1)["If-Range"] == '"one"'
    assert len(clock.slept) == 2


def test_a_server_that_ignores_ranges_is_asked_for_all_again(
    site: Site, downloader: Downloader, place: Path
) -> None:
    mark = {"ETag": '"one"'}
    site.serve(PATH, Answer(200, BODY, mark, cut=70_000), Answer(200, BODY, mark))
    done = downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert "Range" in site.headers_of(1)
    assert place.read_bytes() == BODY
    assert done.transferred == 70_000 + len(BODY)


@pytest.mark.parametrize("mark", [{}, {"ETag": 'W/"weak"'}])
def test_a_file_without_a_mark_is_never_continued(
    site: Site, downloader: Downloader, place: Path, mark: dict[str, str]
) -> None:
    site.serve(PATH, Answer(200, BODY, mark, cut=70_000), Answer(200, BODY, mark))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert "Range" not in site.headers_of(1)
    assert place.read_bytes() == BODY


def test_the_date_of_change_serves_as_a_mark(
    site: Site, downloader: Downloader, place: Path
) -> None:
    changed = "Wed, 26 Aug 2026 10:00:00 GMT"
    mark = {"Last-Modified": changed, "ETag": 'W/"weak"'}
    rest = {**mark, "Content-Range": f"bytes 70000-{len(BODY) - 1}/{len(BODY)}"}
    site.serve(PATH, Answer(200, BODY, mark, cut=70_000), Answer(206, BODY[70_000:], rest))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert site.headers_of(1)["If-Range"] == changed
    assert place.read_bytes() == BODY


def test_a_file_that_changed_between_two_parts_is_fetched_anew(
    site: Site, downloader: Downloader, place: Path
) -> None:
    other = BODY[::-1]
    site.serve(PATH, ranged(BODY, '"one"', cut=70_000), ranged(other, '"two"'))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert place.read_bytes() == other


@pytest.mark.parametrize(
    "lie",
    [
        {"ETag": '"two"', "Content-Range": f"bytes 70000-{len(BODY) - 1}/{len(BODY)}"},
        {"ETag": '"one"', "Content-Range": f"bytes 60000-{len(BODY) - 1}/{len(BODY)}"},
        {"ETag": '"one"', "Content-Range": f"bytes 70000-{len(BODY) - 1}/{len(BODY) + 5}"},
        {"ETag": '"one"', "Content-Range": "nonsense"},
        {"ETag": '"one"'},
    ],
    ids=["other version", "other place", "other length", "unreadable", "no range"],
)
def test_a_continuation_that_does_not_fit_is_thrown_away(
    site: Site, downloader: Downloader, place: Path, lie: dict[str, str]
) -> None:
    """A server that heeds Range but not If-Range must not make a file of two versions."""
    site.serve(PATH, ranged(BODY, cut=70_000), Answer(206, BODY[70_000:], lie), ranged(BODY))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert "Range" not in site.headers_of(2)
    assert place.read_bytes() == BODY


def test_a_part_that_had_arrived_whole_needs_no_further_request(
    site: Site, downloader: Downloader, place: Path
) -> None:
    site.serve(PATH, ranged(BODY, cut=len(BODY) - 1), Answer(503))
    few = Downloader(downloader.transport, Patience(attempts=1, most_attempts=1), FakeClock())
    with pytest.raises(DownloadFailed):
        few.file(site.at(PATH), place, most_bytes=MOST)
    with part_of(place).open("ab") as part:
        part.write(BODY[-1:])
    site.asked.clear()
    assert downloader.file(site.at(PATH), place, most_bytes=MOST).transferred == 0
    assert place.read_bytes() == BODY
    assert site.asked == []


def test_a_part_that_is_too_long_is_thrown_away(
    site: Site, downloader: Downloader, place: Path
) -> None:
    site.serve(PATH, ranged(BODY, cut=70_000), ranged(BODY[:60_000]))
    short = BODY[:60_000]
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert place.read_bytes() == short


@pytest.mark.parametrize("mark", ['"é"', '"a"\r\n "b"'])
def test_a_mark_that_cannot_be_sent_back_is_no_mark(
    site: Site, downloader: Downloader, place: Path, mark: str
) -> None:
    site.serve(PATH, Answer(200, BODY, {"ETag": mark}, cut=70_000), Answer(200, BODY))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert "Range" not in site.headers_of(1)
    assert place.read_bytes() == BODY


@pytest.mark.parametrize("length", ["9" * 5000, "x", "-5"])
def test_a_length_that_is_none_is_not_believed(
    site: Site, downloader: Downloader, place: Path, length: str
) -> None:
    site.serve(PATH, Answer(200, BODY, {"ETag": '"one"', "Content-Length": length}))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert place.read_bytes() == BODY


def test_the_part_of_another_address_is_not_continued(
    site: Site, downloader: Downloader, place: Path
) -> None:
    few = Downloader(downloader.transport, Patience(attempts=1, most_attempts=1), FakeClock())
    with pytest.raises(DownloadFailed):
        few.file(site.serve("/other", ranged(BODY, cut=70_000)), place, most_bytes=MOST)
    downloader.file(site.serve(PATH, ranged(BODY)), place, most_bytes=MOST)
    assert "Range" not in site.headers_of(-1)
    assert place.read_bytes() == BODY


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"address": 5}', b'{"adress": "x"}'])
def test_a_damaged_record_means_a_fresh_start(
    site: Site, downloader: Downloader, place: Path, damage: bytes
) -> None:
    place.parent.mkdir()
    part_of(place).write_bytes(b"something")
    part_of(place).with_name(f"{place.name}.part.json").write_bytes(damage)
    downloader.file(site.serve(PATH, ranged(BODY)), place, most_bytes=MOST)
    assert place.read_bytes() == BODY


def test_a_file_that_is_there_is_only_asked_after(
    site: Site, downloader: Downloader, place: Path
) -> None:
    address = site.serve(PATH, ranged(BODY))
    downloader.file(address, place, most_bytes=MOST)
    assert downloader.file(address, place, most_bytes=MOST).transferred == 0
    assert site.headers_of(1)["If-None-Match"] == '"one"'
    site.serve(PATH, ranged(BODY[::-1], '"two"'))
    downloader.file(address, place, most_bytes=MOST)
    assert place.read_bytes() == BODY[::-1]


def test_the_query_that_accepts_a_licence_is_sent_and_not_recorded(
    site: Site, downloader: Downloader, place: Path
) -> None:
    address = site.serve(PATH, ranged(BODY))
    done = downloader.file(address, place, most_bytes=MOST, query="agree=yes&next=Accept")
    assert site.paths() == [f"{PATH}?agree=yes&next=Accept"]
    record = read_record(place)
    assert record is not None
    assert done.address == record.address == address


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_has_moved_is_followed(
    site: Site, downloader: Downloader, place: Path, status: int
) -> None:
    site.serve("/old.zip", Answer(status, headers={"Location": PATH}))
    site.serve(PATH, ranged(BODY, cut=70_000), ranged(BODY))
    downloader.file(site.at("/old.zip"), place, most_bytes=MOST)
    assert place.read_bytes() == BODY
    assert site.paths() == ["/old.zip", PATH, "/old.zip", PATH]
    assert site.headers_of(3)["Range"] == "bytes=70000-"


def test_a_circle_of_redirects_ends(site: Site, downloader: Downloader, place: Path) -> None:
    site.serve("/a", Answer(302, headers={"Location": "/b"}))
    site.serve("/b", Answer(302, headers={"Location": "/a"}))
    with pytest.raises(DownloadFailed, match="leads on without end"):
        downloader.file(site.at("/a"), place, most_bytes=MOST)
    assert len(site.asked) < 25


def test_a_redirect_to_an_unencrypted_address_is_not_followed(
    site: Site, downloader: Downloader, place: Path
) -> None:
    site.serve(PATH, Answer(301, headers={"Location": "http://127.0.0.1:9/edition.zip"}))
    with pytest.raises(DownloadFailed, match=r"leads on to http://.*is not encrypted"):
        downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert not part_of(place).exists()


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/x",
        "ftp://127.0.0.1/x",
        "file:///x",
        "https://[",
        "https://127.0.0.1:port/x",
        "//elsewhere.example/x",
    ],
)
def test_a_redirect_away_from_the_publisher_is_not_followed(
    site: Site, downloader: Downloader, place: Path, target: str
) -> None:
    site.serve(PATH, Answer(302, headers={"Location": target}))
    with pytest.raises(DownloadFailed):
        downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert site.paths() == [PATH]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://www.cms.gov/x.zip", "is not encrypted"),
        ("ftp://ftp.cdc.gov/x.zip", "is not encrypted"),
        ("https://www.cms.gov.example.com/x.zip", "is not on a publisher's site"),
        ("https://notcms.gov/x.zip", "is not on a publisher's site"),
        ("https://user:secret@www.cms.gov/x.zip", "holds a user name"),
    ],
)
def test_only_publishers_are_asked(address: str, says: str, downloader: Downloader) -> None:
    transport = Transport(("cms.gov", "cdc.gov"), timeout=1)
    with pytest.raises(DownloadFailed, match=says):
        transport.open(address, {})
    transport.check("https://CMS.gov/x.zip")
    transport.check("https://www.cms.gov/x.zip")


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_said_at_once(
    site: Site, downloader: Downloader, clock: FakeClock, place: Path, status: int
) -> None:
    with pytest.raises(NotThere):
        downloader.file(site.serve(PATH, Answer(status)), place, most_bytes=MOST)
    assert len(site.asked) == 1
    assert clock.slept == []


@pytest.mark.parametrize("status", [401, 403, 400, 451])
def test_what_is_refused_is_not_asked_for_again(
    site: Site, downloader: Downloader, place: Path, status: int
) -> None:
    with pytest.raises(DownloadFailed, match=f"{status}.*codesets add"):
        downloader.file(site.serve(PATH, Answer(status)), place, most_bytes=MOST)
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_with_growing_waits(
    site: Site, downloader: Downloader, clock: FakeClock, place: Path, status: int
) -> None:
    site.serve(PATH, Answer(status), Answer(status), Answer(status), ranged(BODY))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert clock.slept == [1, 2, 4]
    assert place.read_bytes() == BODY


def test_trying_again_has_an_end(
    site: Site, downloader: Downloader, clock: FakeClock, place: Path
) -> None:
    site.serve(PATH, Answer(500))
    with pytest.raises(DownloadFailed, match="answers 500, time after time"):
        downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert len(site.asked) == 5
    assert clock.slept == [1, 2, 4, 8]


def test_a_line_that_brings_a_byte_each_time_has_an_end_too(
    site: Site, transport: Transport, clock: FakeClock, place: Path
) -> None:
    site.serve(PATH, ranged(BODY, cut=1))
    patient = Downloader(transport, Patience(most_attempts=7), clock)
    with pytest.raises(DownloadFailed, match="time after time"):
        patient.file(site.at(PATH), place, most_bytes=MOST)
    assert len(site.asked) == 7
    assert part_of(place).read_bytes() == BODY[:7]


@pytest.mark.parametrize(
    ("asked", "wait"),
    [("17", 17), ("Wed, 26 Aug 2026 10:00:42 GMT", 42), ("0", 1), ("soon", 1), ("", 1)],
)
def test_a_server_is_given_the_time_that_it_asks_for(
    site: Site,
    downloader: Downloader,
    clock: FakeClock,
    place: Path,
    asked: str,
    wait: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A date is counted from the server's own clock, whatever this machine's says."""
    monkeypatch.setattr(
        "http.server.BaseHTTPRequestHandler.date_time_string",
        lambda self, timestamp=None: "Wed, 26 Aug 2026 10:00:00 GMT",
    )
    site.serve(PATH, Answer(429, headers={"Retry-After": asked}), ranged(BODY))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert clock.slept == [wait]


def test_a_server_that_asks_for_hours_is_left_alone(
    site: Site, downloader: Downloader, clock: FakeClock, place: Path
) -> None:
    site.serve(PATH, Answer(429, headers={"Retry-After": "86400"}))
    with pytest.raises(DownloadFailed, match="come back in 86400 seconds"):
        downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert clock.slept == []


def test_a_server_that_falls_silent_is_given_up_and_asked_again(
    site: Site, identity: Identity, clock: FakeClock, place: Path
) -> None:
    heard_enough = threading.Event()

    def silent(start: int) -> None:
        if start:
            heard_enough.wait(10)

    stuck = Answer(200, BODY, {"ETag": '"one"'}, chunk=50_000, between=silent)
    site.serve(PATH, stuck, ranged(BODY))
    brief = Transport(("127.0.0.1",), timeout=0.2, context=identity.for_client())
    try:
        Downloader(brief, Patience(), clock).file(site.at(PATH), place, most_bytes=MOST)
    finally:
        heard_enough.set()
    assert site.headers_of(1)["Range"] == "bytes=50000-"
    assert place.read_bytes() == BODY


class Trickle:
    """An answer that goes on for ever, a few bytes at a time."""

    status = 200
    url = "https://127.0.0.1/"
    reads = 0

    def __init__(self) -> None:
        self.headers = Message()
        self.headers["ETag"] = '"one"'

    def read1(self, amount: int = -1, /) -> bytes:
        self.reads += 1
        return b"few"

    def close(self) -> None:
        """Nothing is open."""


def test_a_line_that_only_trickles_is_given_up(
    transport: Transport, clock: FakeClock, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No timeout would notice: a few bytes always come in time."""
    clock.step = 5.0
    trickle = Trickle()
    monkeypatch.setattr(transport, "open", lambda address, headers: trickle)
    once = Downloader(transport, Patience(most_attempts=1), clock)
    with pytest.raises(DownloadFailed, match="only 36 bytes came in 60 seconds"):
        once.file("https://127.0.0.1/x.zip", place, most_bytes=MOST)
    assert trickle.reads == 12
    assert part_of(place).read_bytes() == b"few" * 12


def test_a_host_that_cannot_be_reached_is_tried_with_patience_once(
    transport: Transport, clock: FakeClock, place: Path
) -> None:
    import socket

    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        address = f"https://127.0.0.1:{reserved.getsockname()[1]}"
        downloader = Downloader(transport, Patience(), clock)
        with pytest.raises(DownloadFailed, match="there is no connection"):
            downloader.page(f"{address}/page")
        assert len(clock.slept) == 4
        with pytest.raises(DownloadFailed, match="there is no connection"):
            downloader.file(f"{address}/x.zip", place, most_bytes=MOST)
        assert len(clock.slept) == 4


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    site: Site, clock: FakeClock, place: Path
) -> None:
    site.serve(PATH, ranged(BODY))
    strict = Transport(("127.0.0.1",), timeout=5)
    with pytest.raises(DownloadFailed, match=r"certificate of 127\.0\.0\.1 is not trusted"):
        Downloader(strict, Patience(), clock).file(site.at(PATH), place, most_bytes=MOST)
    assert site.asked == []
    assert clock.slept == []
    assert not place.exists()


def test_a_certificate_for_another_name_is_not_accepted(
    site: Site, identity: Identity, clock: FakeClock, place: Path
) -> None:
    other = Transport(("localhost",), timeout=5, context=identity.for_client())
    address = site.serve(PATH, ranged(BODY)).replace("127.0.0.1", "localhost")
    with pytest.raises(DownloadFailed, match="certificate of localhost is not trusted"):
        Downloader(other, Patience(), clock).file(address, place, most_bytes=MOST)
    assert site.asked == []


def test_the_certificates_of_the_environment_are_trusted(
    site: Site, identity: Identity, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(identity.certificate))
    transport = Transport(("127.0.0.1",), timeout=5)
    Downloader(transport).file(site.serve(PATH, ranged(BODY)), place, most_bytes=MOST)
    assert place.read_bytes() == BODY


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_file_that_is_too_long_is_refused(
    site: Site, downloader: Downloader, place: Path, is_announced: bool
) -> None:
    # Without a length the end of the connection is the end of the file.
    headers = {"ETag": '"one"'} if is_announced else {"ETag": '"one"', "Content-Length": ""}
    site.serve(PATH, Answer(200, BODY, headers))
    with pytest.raises(DownloadFailed, match="longer than 100,000 bytes"):
        downloader.file(site.at(PATH), place, most_bytes=100_000)
    assert list(place.parent.iterdir()) == []


def test_a_page_that_is_too_long_is_refused(
    site: Site, downloader: Downloader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nosology.codesets.updating.download._PAGE_BYTES", 1_000)
    with pytest.raises(DownloadFailed, match="longer than 1,000 bytes"):
        downloader.page(site.serve("/page", Answer(200, BODY)))


def test_a_file_that_was_not_asked_to_be_compressed_is_refused(
    site: Site, downloader: Downloader, place: Path
) -> None:
    site.serve(PATH, Answer(200, BODY, {"Content-Encoding": "gzip"}))
    with pytest.raises(DownloadFailed, match="encoded as gzip"):
        downloader.file(site.at(PATH), place, most_bytes=MOST)


def test_a_page_is_read_in_the_encoding_that_it_names(site: Site, downloader: Downloader) -> None:
    latin = Answer(200, "é".encode("latin-1"), {"Content-Type": "text/html; charset=ISO-8859-1"})
    unknown = Answer(200, "é".encode(), {"Content-Type": "text/html; charset=x-nothing"})
    unfit = Answer(200, "é".encode(), {"Content-Type": "text/html; charset=idna"})
    assert downloader.page(site.serve("/latin", latin)) == "é"
    assert downloader.page(site.serve("/unknown", unknown)) == "é"
    assert downloader.page(site.serve("/unfit", unfit)) == "é"


def test_half_a_page_is_not_taken_for_the_page(
    site: Site, downloader: Downloader, clock: FakeClock
) -> None:
    """It could lack the newest link, or the end of a license."""
    html = {"Content-Type": "text/html"}
    site.serve("/page", Answer(200, b"<p>all of it", html, cut=5), Answer(200, b"<p>all", html))
    assert downloader.page(site.at("/page")) == "<p>all"
    assert clock.slept == [1]


def test_a_full_disk_keeps_what_has_arrived(
    site: Site, downloader: Downloader, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.serve(PATH, ranged(BODY))
    real_open = Path.open

    class Full(io.FileIO):
        def write(self, data: object) -> int:
            if self.tell() >= 65_536:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)  # type: ignore[arg-type]

    def opening(path: Path, mode: str = "r", *arguments: object) -> object:
        if path.name.endswith(".part") and mode == "wb":
            return Full(path, "w")
        return real_open(path, mode)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opening)
        with pytest.raises(InputError, match=r"No space left on device\); make room") as caught:
            downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert caught.value.where == str(part_of(place))
    assert part_of(place).stat().st_size == 65_536
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    assert site.headers_of(-1)["Range"] == "bytes=65536-"
    assert place.read_bytes() == BODY


def test_a_folder_that_cannot_be_made_is_said(
    site: Site, downloader: Downloader, tmp_path: Path
) -> None:
    (tmp_path / "downloads").write_text("a file where the folder should be")
    with pytest.raises(InputError, match=r"cannot be written .*NOSOLOGY_HOME"):
        downloader.file(site.serve(PATH, ranged(BODY)), tmp_path / "downloads/x.zip", most_bytes=1)
    assert site.asked == []


def test_proxies_of_the_environment_are_used(
    site: Site, identity: Identity, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    import socket

    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def refuse() -> None:
            connection, _ = proxy.accept()
            with connection:
                asked.append(connection.recv(4096).splitlines()[0])
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        transport = Transport(("127.0.0.1",), timeout=5, context=identity.for_client())
        once = Downloader(transport, Patience(attempts=1), FakeClock())
        with pytest.raises(DownloadFailed, match="Forbidden"):
            once.file(site.serve(PATH, ranged(BODY)), place, most_bytes=MOST)
        thread.join()
    host = site.address.removeprefix("https://").encode()
    assert asked == [b"CONNECT " + host + b" HTTP/1.1"] or asked == [
        b"CONNECT " + host + b" HTTP/1.0"
    ]
    assert site.asked == []


RUN = """
import sys
from pathlib import Path
from nosology.codesets.updating.download import Downloader
from nosology.codesets.updating.transport import Transport
address, place = sys.argv[1:]
transport = Transport(("127.0.0.1",), timeout=30)
Downloader(transport).file(address, Path(place), most_bytes=10_000_000)
"""


def test_a_second_run_continues_where_a_killed_one_was(
    site: Site, identity: Identity, downloader: Downloader, place: Path
) -> None:
    may_end = threading.Event()
    half_sent = threading.Event()

    def stop_at_half(start: int) -> None:
        if start:
            half_sent.set()
            may_end.wait(20)

    body = os.urandom(256_000)
    stuck = Answer(200, body, {"ETag": '"one"'}, chunk=128_000, between=stop_at_half)
    address = site.serve(PATH, stuck, ranged(body))
    environment = os.environ | {"SSL_CERT_FILE": str(identity.certificate)}
    with subprocess.Popen(
        [sys.executable, "-c", RUN, address, str(place)], env=environment
    ) as process:
        try:
            assert half_sent.wait(20)
            while not part_of(place).exists() or not part_of(place).stat().st_size:
                assert process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait(20)
        finally:
            may_end.set()
    held = part_of(place).stat().st_size
    assert 0 < held < len(body)
    assert not place.exists()
    downloader.file(address, place, most_bytes=MOST)
    assert site.headers_of(1)["Range"] == f"bytes={held}-"
    assert place.read_bytes() == body


def test_an_archive_is_still_one_after_three_interruptions(
    site: Site, downloader: Downloader, place: Path
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("file.txt", os.urandom(200_000))
    body = packed.getvalue()
    site.serve(PATH, *[ranged(body, cut=40_000)] * 3, ranged(body))
    downloader.file(site.at(PATH), place, most_bytes=MOST)
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
