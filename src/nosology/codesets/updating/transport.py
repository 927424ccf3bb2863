"""Requests as this program makes them: encrypted, checked, to the publishers only, and anonymous.

Nothing goes out but the address, a range of bytes and the program's name and version: no cookies,
no identifiers, nothing of the machine. A certificate is always checked. Proxies are those of the
environment (``HTTPS_PROXY``, ``NO_PROXY``).
"""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import IO, Protocol, cast, override

from nosology import __version__
from nosology.model.errors import InputError

USER_AGENT = f"nosology/{__version__}"
BY_HAND = "fetch it in a browser and give the file to: nosology codesets add"


class DownloadFailed(InputError):
    """A file or page could not be fetched, and trying again now would not help."""


class Response(Protocol):
    """What a server answered: the beginning of it, and the way to read the rest."""

    status: int
    headers: Message
    url: str

    def read1(self, amount: int = -1, /) -> bytes:
        """Return what has arrived, waiting for the first of it; none at the end."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class Transport:
    """Opens addresses of the publishers' hosts."""

    def __init__(
        self, hosts: tuple[str, ...], *, timeout: float, context: ssl.SSLContext | None = None
    ) -> None:
        """Prepare to ask the hosts; nothing is sent yet.

        Args:
            hosts: domains that may be asked, each with what stands below it.
            timeout: seconds without an answer after which a request has failed.
            context: trusted certificates; by default those of the system, or of the file that the
                environment variable SSL_CERT_FILE names.
        """
        self._hosts = hosts
        self._timeout = timeout
        self._opener = urllib.request.OpenerDirector()
        # Only what is wanted: the usual opener would also read ftp: and file: addresses.
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPSHandler(context=context or ssl.create_default_context()),
            urllib.request.UnknownHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirects(self),
        ):
            self._opener.add_handler(handler)
        self._opener.addheaders = []

    def open(self, address: str, headers: Mapping[str, str]) -> Response:
        """Return the answer to a request, redirects followed.

        Raises:
            DownloadFailed: when the address is not one to ask, or the other side cannot be
                trusted.
            urllib.error.HTTPError: for an answer that is an error.
            OSError, http.client.HTTPException: when there was no answer.
        """
        self.check(address)
        request = urllib.request.Request(
            urllib.parse.quote(address, safe=":/?#[]@!$&'()*+,;=%~"),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers},
        )
        try:
            response: Response = self._opener.open(request, timeout=self._timeout)
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise self._untrusted(address, error.reason) from None
            raise
        except (http.client.InvalidURL, ValueError):
            raise _no_address(address) from None
        return response

    def check(self, address: str) -> None:
        """Check that an address is encrypted and a publisher's.

        Raises:
            DownloadFailed: when it is not.
        """
        try:
            parts = urllib.parse.urlsplit(address)
        except ValueError:
            raise _no_address(address) from None
        if parts.scheme != "https":
            raise DownloadFailed(
                address, f"is not encrypted (https), so nothing is fetched from it; {BY_HAND}"
            )
        host = (parts.hostname or "").lower()
        if not any(host == known or host.endswith(f".{known}") for known in self._hosts):
            raise DownloadFailed(
                address,
                f"is not on a publisher's site (expected {', '.join(self._hosts)}), so nothing is "
                f"fetched from it; {BY_HAND}",
            )
        if parts.username is not None:
            raise DownloadFailed(address, "holds a user name; expected a public address")

    @staticmethod
    def _untrusted(address: str, error: ssl.SSLCertVerificationError) -> DownloadFailed:
        host = urllib.parse.urlsplit(address).hostname
        return DownloadFailed(
            address,
            f"the certificate of {host} is not trusted ({error.verify_message}), so nothing was "
            "fetched; if your organization inspects connections, name its certificates in the "
            "environment variable SSL_CERT_FILE",
        )


def _no_address(address: str) -> DownloadFailed:
    return DownloadFailed(address, f"is no address; {BY_HAND}")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects as long as each leads to an address that may be asked."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @override
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the request for the place that the answer names."""
        try:
            self._transport.check(newurl)
        except DownloadFailed as error:
            fp.close()
            raise DownloadFailed(
                req.full_url, f"leads on to {newurl}, which {error.message}"
            ) from None
        return super().redirect_request(
            req, fp, code, msg, cast("http.client.HTTPMessage", headers), newurl
        )
