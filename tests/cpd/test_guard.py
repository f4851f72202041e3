"""What looks like a real person's details, and what must be left alone."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpd.guard import Kind, fingerprint, is_nhs_number, look

SEEN = {
    Kind.NAME: ["I met Mrs Okafor at home", "dr Smith said so", "Ms O'Brien", "Mr J. Müller was there", "Mrs SMITH",
                "PC Hughes came", "Professor Łukasik"],
    Kind.BIRTH: ["her DOB 12/03/2009", "d.o.b.: 3.4.99", "born on 3 March 1999", "date of birth: 1999-03-03",
                 "birthday is on 4 May 2011", "(12.03.1987)", "12/03/2024 DOB"],
    Kind.NHS: ["943 476 5919", "943-476-5919", "number 9434765919 again", "NHS number 123 456 7890"],
    Kind.NI: ["AB 12 34 56 C", "ab123456c"],
    Kind.PHONE: ["07700 900123", "+44 (0)7700 900123", "(0117) 496 0123", "0044 7700 900123", "+40 721 234 567"],
    Kind.EMAIL: ["write to anna.m+x@mail.example.org please"],
    Kind.POSTCODE: ["SW1A 2AA", "lives in se1 9gt", "M1 1AE", "EC1A1BB"],
    Kind.REFERENCE: ["NRM ref 2024/123456", "NRM0012345", "case number 4457812", "crime ref 42/12345/24", "CAD 1234",
                     "Home Office reference A1234567", "URN 12AB/34567", "MARAC ref: M-20391", "Case ref. CR-4411-09",
                     "custody number 12AB/4477/24"],
    Kind.PLATE: ["a blue van, AB12 CDE", "AB12CDE", "reg P123 ABC", "number plate: ABC 123D"],
}  # fmt: skip
LEFT_ALONE = [
    "Section 52", "a Section 45 defence", "the NRM and a MARAC", "999, 101 and 111", "training on 12/11/2026",
    "sessions on 12/11/2026 and 14.11.2026", "on 3 March 2024", "Modern Slavery Act 2015", "the Act of 26 March 2015",
    "call 08000 121 700", "0300 123 2040", "0800 0121 700", "case study 3", "case 2024", "the case load of 2024/25",
    "police 2023", "log in 2026", "Mr A and Ms B", "Dr X", "DS or DI", "DS MARAC", "M25 1st lane", "KCSIE 2025",
    "3:30 hours, 09:30-16:30", "I missed Tuesday", "page 12345 of it", "ISO 27001", "2019/20", "Standard 4.3",
    "my sister Anna", "the doctor", "24/7", "8 to 10 people", "file 12", "0:15 of 1:00", "an average of 1234567890",
    "the number 943 476 5918", "QQ 12 34 56 C", "PS Thanks", "P7 and S2 pupils", "COVID19", "", "Miss",
]  # fmt: skip


def kinds(text: str) -> list[Kind]:
    return [finding.kind for finding in look(text, this_year=2026)]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SEEN.items() for text in texts])
def test_details_are_seen_for_what_they_are(kind, text):
    assert kinds(text) == [kind]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_ordinary_words_of_training_are_left_alone(text):
    assert kinds(text) == []


def test_each_finding_says_what_and_where():
    text = "We wrote to ana@example.org about Mr Novak, born 1 May 2009."

    found = look(text, this_year=2026)

    assert [(f.kind, f.text) for f in found] == [
        (Kind.EMAIL, "ana@example.org"), (Kind.NAME, "Mr Novak"), (Kind.BIRTH, "born 1 May 2009"),
    ]  # fmt: skip
    assert all(text[f.start : f.end].strip() == f.text for f in found)


def test_a_kind_can_be_left_out():
    assert look("Talk by Dr Adeyemi", this_year=2026, leave_out=(Kind.NAME,)) == []


@pytest.mark.parametrize(
    ("digits", "is_one"),
    [("9434765919", True), ("4010232137", True), ("9434765918", False), ("0000000000", False), ("943476591", False),
     ("94347659١٩", False)],
)  # fmt: skip
def test_check_digit_of_nhs_numbers(digits, is_one):
    assert is_nhs_number(digits) is is_one


@given(st.integers(min_value=0, max_value=999_999_998))
def test_exactly_one_check_digit_fits_or_none(nine):
    fitting = [d for d in "0123456789" if is_nhs_number(f"{nine:09d}{d}")]

    total = sum(int(digit) * weight for digit, weight in zip(f"{nine:09d}", range(10, 1, -1), strict=True))
    expected = (11 - total % 11) % 11
    same = len(set(f"{nine:09d}{expected}")) == 1
    assert fitting == ([] if expected == 10 or same else [str(expected)])


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text):
    found = look(text, this_year=2026)

    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_the_mark_tells_what_was_pointed_out_before():
    first = [("learned", finding) for finding in look("Mrs Okafor", this_year=2026)]
    more = [("learned", finding) for finding in look("Mrs Okafor, 07700 900123", this_year=2026)]

    assert set(fingerprint(first).split("|")) < set(fingerprint(more).split("|"))
