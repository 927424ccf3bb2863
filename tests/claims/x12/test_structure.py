"""Files that are not as they must be: one clear answer, behind what could be read."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.claims.x12 import ReadClaim, Rejected, read_claims, read_transmission
from nosology.model.errors import InputError
from tests.claims.x12.made import (
    BILLING,
    INSTITUTIONAL,
    STAY,
    SUBSCRIBER,
    VISIT,
    body,
    file_of,
    group,
    interchange,
    read,
    transaction,
)

SECOND = VISIT.replace("CLM*C1", "CLM*C2")
WHOLE = body(BILLING, SUBSCRIBER, VISIT)
TWO = file_of(BILLING, SUBSCRIBER, VISIT, SECOND)


def ids(answers):
    return [claim.id for claim in answers.claims]


@pytest.mark.parametrize("delimiters", ["*:~", "|^\x1c", "\x1d\x1f\x1e", "*>'", "+:\n", "*:\r"])
def test_any_delimiters(delimiters):
    assert read(file_of(WHOLE, delimiters=delimiters)).claim == read(file_of(WHOLE)).claim


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b""),
        lambda data: data.removesuffix(b"~\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\r\n " + data + b"\r\n\x1a\x00\x00",
        lambda data: data.replace(b"GS*", b"TA1*000000042*260501*1200*A*000~\nGS*"),
    ],
    ids=["CRLF", "one line", "no last terminator", "mark", "filled up", "acknowledged"],
)
def test_what_is_around_segments_does_not_matter(change):
    assert read(change(TWO)).claims == read(TWO).claims
    assert read(change(TWO)).rejected == []


def test_records_of_80_bytes():
    flat = file_of(WHOLE).replace(b"\n", b"")
    wrapped = b"\r\n".join(flat[at : at + 80] for at in range(0, len(flat), 80))
    assert read(wrapped).claim == read(file_of(WHOLE)).claim


def test_several_interchanges_groups_and_transactions_with_their_own_delimiters():
    one = interchange(
        group(transaction(WHOLE), transaction(WHOLE, number="0002")),
        group(transaction(body(BILLING, SUBSCRIBER, STAY), INSTITUTIONAL), guide=INSTITUTIONAL),
    )
    two = interchange(group(transaction(WHOLE)), control="000000043", delimiters="|>'")
    answers = read(one + two)
    assert answers.rejected == []
    assert ids(answers) == ["C1", "C1", "S1", "C1"]


def test_the_group_tells_the_guide_where_the_transaction_does_not():
    data = file_of(WHOLE).replace(b"*0001*005010X222A1", b"*0001")
    assert ids(read(data)) == ["C1"]


def test_claims_stand_at_their_segment():
    first, second = read(TWO).all
    assert isinstance(first, ReadClaim)
    assert isinstance(second, ReadClaim)
    assert (first.where, second.where) == ("made.837:segment 17", "made.837:segment 22")
    assert first.end < second.end <= len(TWO)


def test_letters_that_are_not_ascii():
    subscriber = SUBSCRIBER.replace("PERSON", "PÉRSÖN")
    text = file_of(BILLING, subscriber, VISIT)
    assert read(text).claims == read(text.decode().encode("latin-1")).claims


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "made.837:segment 1: expected ISA, with which an interchange begins"),
        (b'{"id": "C1"}', "made.837:segment 1: expected ISA"),
        (b"ISA*00*", "made.837:segment 1: the file ends, or is damaged, within ISA"),
        (b"ISA*00" * 100, "made.837:segment 1: ISA does not name its delimiters"),
        (TWO.replace(b"*:~", b"**~"), "made.837:segment 1: ISA does not name its delimiters"),
        (TWO + b"MORE", "expected ISA, with which an interchange begins; the file goes on"),
        (TWO.replace(b"GS*", b"XX*"), "made.837:segment 2: expected GS or IEA"),
        (TWO.replace(b"ST*", b"XX*"), "made.837:segment 3: expected ST or GE"),
        (TWO[: TWO.index(b"ST*")], "made.837:segment 2: the file ends behind this segment"),
        (TWO[: TWO.index(b"IEA*")], "expected GS or IEA; send it again whole"),
    ],
)
def test_a_file_that_is_no_837(content, expected):
    assert expected in str(read(content).rejected[-1].error)


def test_a_segment_without_end():
    endless = file_of(WHOLE).replace(b"~\nCLM", b"~\nNTE*ADD*" + b"X" * 1_200_000 + b"\nCLM")
    assert "no segment terminator within 1 MB" in str(read(endless).problem.error)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("ST*837", "ST*835"), "a remittance advice (835)"),
        (("ST*837", "ST*270"), "an eligibility inquiry (270)"),
        (("ST*837", "ST*999"), "an acknowledgment (999)"),
        (("ST*837", "ST*JONES"), "of another kind"),
        (("005010X222A1", "004010X098A1"), "version 4010, which 5010 replaced"),
        (("005010X222A1", "005010X224A2"), "a dental claim (005010X224A2)"),
        (("005010X222A1", "JONES"), "no guide that is known"),
    ],
)
def test_another_transaction_is_called_by_its_name_and_passed_over(change, told):
    other = transaction(WHOLE, number="0002").replace(*change)
    answers = read(interchange(group(transaction(WHOLE), other, transaction(WHOLE))))
    assert ids(answers) == ["C1", "C1"]
    assert told in str(answers.problem.error)
    assert "expected an 837 of 005010X222A1" in str(answers.problem.error)
    assert "JONES" not in str(answers.problem.error)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((b"SE*25*", b"SE*24*"), "SE says 24 of segments, but 25 were read"),
        ((b"SE*25*", b"SE*JONES*"), "SE says no number of segments, but 25 were read"),
        ((b"SE*25*0001", b"SE*25*0002"), "SE ends with another control number than ST"),
        ((b"GE*1*7", b"GE*2*7"), "GE says 2 of transactions, but 1 were read"),
        ((b"IEA*1*000000042", b"IEA*1*00000004"), "IEA ends with another control number"),
    ],
)
def test_counts_that_do_not_agree_are_told_behind_the_claims(change, told):
    answers = read(TWO.replace(*change))
    assert ids(answers) == ["C1", "C2"]
    assert told in str(answers.problem.error)
    assert answers.all[-1] is answers.problem


def test_a_lost_segment_is_noticed():
    answers = read(TWO.replace(b"NM1*PR*2*MADE UP PAYER*****PI*PAY01~\n", b""))
    assert "SE says 25 of segments, but 24 were read" in str(answers.problem.error)


def test_a_file_that_ends_within_a_claim_answers_the_claims_before():
    answers = read(TWO[: TWO.rindex(b"DTP*472")])
    assert ids(answers) == ["C1"]
    assert answers.problem.id == "C2"
    assert "made.837:segment 25: the file ends behind this segment" in str(answers.problem.error)


def test_a_file_that_ends_within_a_segment_answers_the_claims_before():
    answers = read(TWO[: TWO.rindex(b"*D8*")])
    assert ids(answers) == ["C1"]
    assert answers.problem.id == "C2"
    assert "made.837:segment 26: the file ends within" in str(answers.problem.error)


def test_a_claim_whose_transaction_does_not_end_is_not_answered():
    data = TWO.replace(b"SE*25*0001~\n", b"")
    answers = read(data)
    assert (ids(answers), answers.problem.id) == (["C1"], "C2")
    assert "GE stands here; expected further segments up to SE" in str(answers.problem.error)


def test_a_claim_of_nobody_does_not_stop_the_others():
    answers = read(file_of(BILLING, SECOND, SUBSCRIBER, VISIT))
    assert (ids(answers), answers.problem.id) == (["C1"], "C2")
    assert "expected the level of a subscriber" in str(answers.problem.error)


def test_a_claim_that_is_too_large_does_not_stop_or_change_the_others():
    service = body(*VISIT.splitlines()[2:])
    other = "SBR*S*01*******MC\nNM1*PR*2*OTHER*****PI*OTHER\nNM1*IL*1*OTHER****MI*OTHER"
    large = body(VISIT.replace("C1", "LARGE"), *[service] * 20, other, service)
    answers = read(file_of(BILLING, SUBSCRIBER, large, VISIT), largest=500)
    assert answers.problem.id == "LARGE"
    assert "raise --max-size" in str(answers.problem.error)
    assert answers.claims == read(file_of(BILLING, SUBSCRIBER, VISIT)).claims


def test_claims_are_given_before_what_cannot_be_read_is_raised():
    claims = read_claims(io.BytesIO(TWO[:-40]), "made.837")
    assert next(claims).id == "C1"
    with pytest.raises(InputError, match=r"^made\.837:segment \d+: "):
        list(claims)


def test_claims_are_given_while_the_file_is_read():
    class Endless(io.BytesIO):
        def __init__(self):
            super().__init__(TWO[: TWO.index(b"SE*")])
            self.count = 0

        def read(self, size=-1):
            self.count += 1
            assert self.count < 3, "more was read than the claim needed"
            return super().read(size) or (SECOND.replace("\n", "~\n") + "~\n").encode()

    assert next(iter(read_claims(Endless()))).id == "C1"


@given(st.integers(0, len(TWO) - 1))
def test_a_file_that_is_cut_off_anywhere_is_told_and_its_whole_claims_are_answered(length):
    found = list(read_transmission(io.BytesIO(TWO[:length])))
    whole = [item.claim for item in found if isinstance(item, ReadClaim)]
    assert whole == read(TWO).claims[: len(whole)]
    # Without the last terminator and line break nothing is lost.
    assert isinstance(found[-1], Rejected) == (length < len(TWO.removesuffix(b"~\n")))


@given(
    st.lists(st.tuples(st.integers(0, len(TWO) - 1), st.binary(max_size=3)), max_size=6),
    st.integers(0, len(TWO)),
)
def test_nothing_else_than_claims_and_answers_comes_of_any_damage(changes, length):
    damaged = bytearray(TWO[:length])
    for at, replaced in changes:
        damaged[at : at + len(replaced)] = replaced
    for item in read_transmission(io.BytesIO(bytes(damaged))):
        assert isinstance(item, ReadClaim | Rejected)


@given(st.binary(max_size=300))
def test_nothing_else_comes_of_any_bytes(content):
    for item in read_transmission(io.BytesIO(b"ISA" + content)):
        assert isinstance(item, Rejected)
