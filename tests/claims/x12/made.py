"""Small made-up 837 texts: segments are written as one reads them, envelopes are put around."""

from __future__ import annotations

import io
from dataclasses import dataclass

from nosology.claims.x12 import ReadClaim, Rejected, read_transmission
from nosology.model.claim import Claim

PROFESSIONAL, INSTITUTIONAL = "005010X222A1", "005010X223A2"

BILLING = """\
HL*1**20*1
PRV*BI*PXC*207Q00000X
NM1*85*2*MADE UP CLINIC*****XX*1234567893
N3*1 FIRST STREET
N4*SPRINGTOWN*OH*450010001
REF*EI*12-3456789"""
SUBSCRIBER = """\
HL*2*1*22*0
SBR*P*18*******MB
NM1*IL*1*PERSON*MADE****MI*1AB2CD3EF45
N4*SPRINGTOWN*OH*45001
DMG*D8*19580302*F
NM1*PR*2*MADE UP PAYER*****PI*PAY01"""
VISIT = """\
CLM*C1*120.5***11:B:1*Y*A*Y*Y
HI*ABK:E119*ABF:I10
LX*1
SV1*HC:99213:25*120.5*UN*1***1:2
DTP*472*D8*20260414"""
STAY = """\
CLM*S1*900***11:A:1**A*Y*Y
DTP*434*RD8*20260410-20260415
DTP*435*DT*202604100930
DTP*096*TM*1130
CL1*1*2*01
HI*ABK:J189:::::::Y
HI*ABJ:R0602
LX*1
SV2*0120**900*DA*5"""
DELIMITERS = "*:~"


def body(*parts: str) -> str:
    return "\n".join(parts)


def transaction(text: str, guide: str = PROFESSIONAL, number: str = "0001") -> str:
    lines = ["BHT*0019*00*REF1*20260501*1200*CH", *text.splitlines()]
    return body(f"ST*837*{number}*{guide}", *lines, f"SE*{len(lines) + 2}*{number}")


def group(*transactions: str, guide: str = PROFESSIONAL) -> str:
    return body(
        f"GS*HC*SENDER*RECEIVER*20260501*1200*7*X*{guide}",
        *transactions,
        f"GE*{len(transactions)}*7",
    )


def interchange(*groups: str, control: str = "000000042", delimiters: str = DELIMITERS) -> bytes:
    """Write the text with its delimiters: element, component, segment."""
    element, component, terminator = delimiters
    text = body(
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}"
        f"*260501*1200*^*00501*{control}*0*P*:",
        *groups,
        f"IEA*{len(groups)}*{control}",
    )
    table = str.maketrans({"*": element, ":": component})
    return (text.translate(table).replace("\n", f"{terminator}\n") + f"{terminator}\n").encode()


def file_of(*parts: str, guide: str = PROFESSIONAL, delimiters: str = DELIMITERS) -> bytes:
    """Write a file of one transaction whose body is made of these parts."""
    return interchange(group(transaction(body(*parts), guide), guide=guide), delimiters=delimiters)


@dataclass(frozen=True)
class Answers:
    claims: list[Claim]
    rejected: list[Rejected]
    all: list[ReadClaim | Rejected]

    @property
    def claim(self) -> Claim:
        assert self.rejected == []
        (claim,) = self.claims
        return claim

    @property
    def problem(self) -> Rejected:
        (rejected,) = self.rejected
        return rejected


def read(content: bytes, largest: int = 5_000_000) -> Answers:
    found = list(read_transmission(io.BytesIO(content), "made.837", largest))
    return Answers(
        [item.claim for item in found if isinstance(item, ReadClaim)],
        [item for item in found if isinstance(item, Rejected)],
        found,
    )


def read_visit(*lines: str, subscriber: str = SUBSCRIBER) -> Claim:
    """Return the professional claim that these segments make."""
    return read(file_of(BILLING, subscriber, *lines)).claim


def read_stay(*lines: str) -> Claim:
    """Return the institutional claim that these segments make."""
    return read(file_of(BILLING, SUBSCRIBER, *lines, guide=INSTITUTIONAL)).claim
