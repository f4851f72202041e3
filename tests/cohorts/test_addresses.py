import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.addresses import parse_addresses


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("a@example.org", ["a@example.org"]),
        ("A@Example.ORG\na@example.org", ["a@example.org"]),
        ("a@example.org, b@example.org;c@example.org\nd@example.org", [f"{x}@example.org" for x in "abcd"]),
        ("a@example.org b@example.org", ["a@example.org", "b@example.org"]),
        ("Hannah Bellamy <hannah@example.org>", ["hannah@example.org"]),
        (
            "Bellamy, Hannah <hannah@example.org>; Varga, Chloe <c@example.org>",
            ["hannah@example.org", "c@example.org"],
        ),
        ('"Bellamy; Hannah, Dr." <hannah@example.org>', ["hannah@example.org"]),
        ("Hannah\tBellamy\thannah@example.org\tThornwell Trust", ["hannah@example.org"]),
        ("Name\tE-mail\nHannah\thannah@example.org", ["hannah@example.org"]),
        ("\ufeffa@example.org\r\n\r\n  b@example.org \rc@example.org", [f"{x}@example.org" for x in "abc"]),
        ("\u202ea@example.org\u202c\u200b", ["a@example.org"]),
        ("<mailto:a@example.org>", ["a@example.org"]),
        ("'a@example.org'.", ["a@example.org"]),
        ("o'hara@example.org", ["o'hara@example.org"]),
        ("a@bücher.example", ["a@bücher.example"]),
        ("", []),
        (" \t\u00a0\n", []),
    ],
)
def test_addresses_are_found_however_they_were_pasted(text, addresses):
    parsed = parse_addresses(text)

    assert (parsed.addresses, parsed.problems) == (addresses, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a@example.org\nHannah Bellamy", "Line 2: no e-mail address in “Hannah Bellamy”."),
        ("a@example.org, chloe.example.org", "Line 1: “chloe.example.org” has no @ sign."),
        ("Hannah <hannah>", "Line 1: “hannah” has no @ sign."),
        ("a@@example.org", "Line 1: “a@@example.org” is not an e-mail address."),
        ("a@example", "Line 1: “a@example” is not an e-mail address."),
        ("<script>alert(1)</script>@x", "Line 1: "),
        (f"{'a' * 250}@example.org", f"Line 1: “{'a' * 60}…” is too long for an e-mail address."),
        ("x" * 20_000, f"Line 1: no e-mail address in “{'x' * 60}…”."),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_reason(text, problem):
    assert str(parse_addresses(text).problems[0]).startswith(problem)


def test_every_bad_line_is_named():
    problems = parse_addresses("one\na@example.org\nthree\n\nfive").problems

    assert [p.line for p in problems] == [1, 3, 5]


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_is_read_without_an_error(text):
    for address in parse_addresses(text).addresses:
        assert address.count("@") == 1
        assert address == address.strip().lower()


def test_a_quarter_of_a_megabyte_of_quotes_is_read_quickly():
    assert parse_addresses('"<' * 100_000 + ",;" * 50).addresses == []
