"""Export, import, export: the same file, and the same question in between, for every format."""

import pytest
from hypothesis import HealthCheck, given, settings

from quizzes.exchange import (
    gift_reading,
    gift_writing,
    moodlexml_reading,
    moodlexml_writing,
    qti_reading,
    qti_writing,
)
from tests.quizzes.exchange.strategies import questions

many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def only(rows):
    (row,) = rows
    assert row.refusal == ""
    return row


@many
@given(questions())
def test_gift_brings_every_question_back(question):
    text, (said,) = gift_writing.write([question])
    if said.refusal:
        return
    row = only(gift_reading.read(text))

    assert gift_writing.write([row.question])[0] == text
    assert row.losses == ()
    if not {gift_writing.PARTS, gift_writing.ARROW} & set(said.losses):
        assert row.question == question


@many
@given(questions(pictures=True))
def test_moodle_xml_brings_every_question_back(question):
    text, _ = moodlexml_writing.write([question])
    row = only(moodlexml_reading.read(text.encode()))

    assert row.question == question
    assert moodlexml_writing.write([row.question])[0] == text
    assert row.losses == ()


@pytest.mark.parametrize("version", ["2.1", "3.0"])
@many
@given(question=questions(pictures=True))
def test_qti_brings_every_question_back(version, question):
    package, _ = qti_writing.write([question], version)
    rows, notes = qti_reading.read(package)
    row = only(rows)

    assert row.question == question
    assert qti_writing.write([row.question], version)[0] == package
    assert (row.losses, notes) == ((), [])
