from hypothesis import given
from hypothesis import strategies as st

from certificates.numbers import ALPHABET, check_character, new_number, parse_number

NUMBER = st.builds(
    lambda code: f"FL-2026-{code}-{check_character('2026' + code)}", st.text(ALPHABET, min_size=8, max_size=8)
)


def test_new_number_reads_as_itself():
    number = new_number("DEMO", 2026)

    assert number.startswith("DEMO-2026-")
    assert parse_number(number) == number


def test_numbers_are_not_sequential():
    assert len({new_number("FL", 2026) for _ in range(200)}) == 200


@given(NUMBER)
def test_case_spaces_dashes_and_lookalikes_are_forgiven(number):
    prefix, rest = number.split("-", 1)
    typed = f" {prefix.lower()} " + rest.lower().replace("-", " – ").replace("0", "o").replace("1", "l")

    assert parse_number(typed) == number


@given(NUMBER, st.integers(8, 15), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_caught(number, position, wrong):
    changed = number[:position] + wrong + number[position + 1 :]

    assert changed == number or parse_number(changed) is None


@given(NUMBER, st.integers(8, 14))
def test_two_neighbours_swapped_are_caught(number, position):
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]

    assert swapped == number or parse_number(swapped) is None


@given(st.text())
def test_anything_else_is_no_number_and_no_error(text):
    assert parse_number(text) is None
