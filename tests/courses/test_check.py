from courses.check import evaluate

QUESTIONS = [
    {
        "stem": "What does one sign prove?",
        "options": [
            {"text": "A crime", "is_right": False, "feedback": "Many signs have other causes."},
            {
                "text": "Nothing by itself",
                "is_right": True,
                "feedback": "Several together are a reason to ask.",
            },
        ],
    }
] * 3


def test_nothing_is_said_before_the_reader_answers():
    check = evaluate(QUESTIONS, "b", {})

    assert not check.is_answered
    assert [o.feedback for q in check.questions for o in q.options] == [""] * 6
    assert not any(o.is_right for q in check.questions for o in q.options)


def test_feedback_stands_at_the_chosen_option_only():
    check = evaluate(QUESTIONS, "b", {"check-b-1": "1", "check-b-2": "2"})

    first, second, third = check.questions
    assert (first.chosen.feedback, first.chosen.is_right) == ("Many signs have other causes.", False)
    assert (second.chosen.feedback, second.chosen.is_right) == ("Several together are a reason to ask.", True)
    assert third.chosen is None
    assert (check.is_answered, check.right_count) == (True, 1)
    assert first.options[1].feedback == ""


def test_an_empty_check_that_was_sent_counts_as_answered():
    assert evaluate(QUESTIONS, "b", {"check-b": "1"}).is_answered
    assert not evaluate(QUESTIONS, "b", {"check-other": "1"}).is_answered


def test_whatever_else_is_sent_is_no_answer(hostile):
    check = evaluate(QUESTIONS, "b", {"check-b-1": hostile, "check-b-9": "1"})

    assert check.questions[0].chosen is None
