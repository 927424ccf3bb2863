"""Which licences the user has accepted, in which wording and when."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import urllib.parse
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from nosology.codesets.updating.catalogue import Licence
from nosology.codesets.updating.kept import NotWritable, write_whole
from nosology.codesets.updating.listing import Link, shown_text
from nosology.codesets.updating.transport import BY_HAND, DownloadFailed
from nosology.model.errors import InputError

FILE_NAME = "licences.json"


@dataclass(frozen=True, slots=True)
class Wording:
    """A licence as its holder words it, read from the publisher's page just now.

    Attributes:
        address: of the page.
        text: of the page, on one line.
        identity: SHA-256 of the text, by which a changed wording is noticed.
    """

    address: str
    text: str
    identity: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That the user accepted a wording.

    Attributes:
        wording: its identity.
        address: where it stood.
    """

    accepted: dt.date
    wording: str
    address: str


Consent = Callable[[Licence, Wording], bool]
"""Asks the user whether they accept a licence; false where they refuse or cannot be asked."""


def wording_page(licence: Licence, link: Link) -> str:
    """Return the address of the page that words the licence for a file."""
    path = urllib.parse.urlsplit(link.address).path
    return link.licence_page or licence.page.replace("{path}", path)


def read_wording(licence: Licence, address: str, html: str, file_name: str) -> Wording:
    """Return the wording that the page shows.

    The file's own name is left out, so that the same wording has the same identity for each file.

    Raises:
        DownloadFailed: when the page does not show it.
    """
    text = " ".join(shown_text(html).replace(file_name, "").split())
    lacking = [words for words in licence.mentions if words.lower() not in text.lower()]
    if lacking:
        raise DownloadFailed(
            address,
            f"does not show the wording of {licence.title} (it does not mention {lacking[0]!r}), "
            f"so it cannot be accepted here; {BY_HAND}",
        )
    return Wording(address, text, hashlib.sha256(text.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Acceptances:
    """What was accepted, kept in one file of the home folder."""

    path: Path

    def read(self) -> dict[str, Acceptance]:
        """Return what was accepted, by the licence's name.

        Raises:
            InputError: when the file is damaged: an acceptance is not guessed.
        """
        try:
            values = json.loads(self.path.read_bytes())
            return {
                name: Acceptance(
                    dt.date.fromisoformat(each["accepted"]),
                    str(each["wording"]),
                    str(each["address"]),
                )
                for name, each in values.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise InputError(
                str(self.path),
                "cannot be read as the record of accepted licenses; remove it to be asked again",
            ) from None

    def holds(self, licence: Licence, wording: Wording) -> bool:
        """Return whether this very wording was accepted."""
        accepted = self.read().get(licence.name)
        return accepted is not None and accepted.wording == wording.identity

    def keep(self, licence: Licence, wording: Wording, on: dt.date) -> None:
        """Write down that the wording was accepted on the date.

        Raises:
            InputError: when the file cannot be read or written.
        """
        accepted = self.read() | {licence.name: Acceptance(on, wording.identity, wording.address)}
        values = {
            name: asdict(each) | {"accepted": each.accepted.isoformat()}
            for name, each in sorted(accepted.items())
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, (json.dumps(values, indent=2) + "\n").encode())
        except OSError as error:
            raise NotWritable(self.path, error).told() from None
