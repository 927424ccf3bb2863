"""What every test of the update shares: a publisher's site, and what fetches from it."""

from __future__ import annotations

import pytest

from nosology.codesets.updating.download import Downloader, Patience
from nosology.codesets.updating.transport import Transport
from tests.codesets.updating.publisher import (
    HOST,
    FakeClock,
    Identity,
    identity,
    no_proxies,
    site,
)

__all__ = ["identity", "no_proxies", "site"]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def transport(identity: Identity) -> Transport:
    return Transport((HOST,), timeout=5, context=identity.for_client())


@pytest.fixture
def downloader(transport: Transport, clock: FakeClock) -> Downloader:
    return Downloader(transport, Patience(), clock)
