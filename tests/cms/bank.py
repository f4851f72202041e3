"""What the browser sends when an editor writes a question or a quiz."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from quizzes.models import Item

FIELDS = ("text", "match", "is_correct", "feedback", "share", "tolerance", "image", "image_alt", "indicator")
#: (words, right, feedback) of two answers.
TWO = [("This", False, "No."), ("That", True, "Yes.")]


def url(model, view="list", *args):
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


def story_form(*parts) -> dict:
    return nested_form_data({"story": streamfield(parts)})


def posted(module, answers=(), *, rows=(), story=None, **fields) -> dict:
    """answers: (words, right, feedback) or dicts of fields, in order.  rows: the saved answers they came from."""
    data = {
        "module": module.pk,
        "type": "single",
        "code": "",
        "stem": "Who decides?",
        "outcomes": "LO1, LO4",
        "difficulty": "medium",
        "category": "",
        "tags": "",
        "source": "Our own",
        "checked_on": "2026-11-01",
        "review_due_on": "2027-11-01",
        "explanation": "",
        "content_note": "",
        "marks": "1",
        "mode": "rightminuswrong",
        "shuffle": "on",
        "image": "",
        "image_alt": "",
        "media": "",
        "go_live_at": "",
        "expire_at": "",
        "choices-TOTAL_FORMS": len(answers),
        "choices-INITIAL_FORMS": len(rows),
        "choices-MIN_NUM_FORMS": 0,
        "choices-MAX_NUM_FORMS": 20,
    }
    data |= story_form(*(story or ()))
    for number, answer in enumerate(answers):
        if not isinstance(answer, dict):
            text, is_right, feedback = answer
            answer = {"text": text, "feedback": feedback} | ({"is_correct": "on"} if is_right else {})
        prefix = f"choices-{number}"
        row = rows[number] if number < len(rows) else None
        data |= {f"{prefix}-{name}": "" for name in FIELDS if name != "is_correct"}
        data |= {f"{prefix}-{name}": value for name, value in answer.items()}
        data |= {
            f"{prefix}-ORDER": number + 1,
            f"{prefix}-id": row.pk if row and row.pk else "",
            f"{prefix}-key": row.key if row else "",
        }
    return data | fields


PUBLISH = {"action-publish": "action-publish"}
SUBMIT = {"action-submit": "action-submit"}


def make_draft(client, module, answers=TWO, **fields) -> Item:
    """A draft written in the CMS."""
    response = client.post(url(Item, "add"), posted(module, answers, **fields))
    if response.status_code != 302:
        form = response.context["form"]
        pytest.fail(f"{form.errors} {[s.errors + s.non_form_errors() for s in form.formsets.values()]}")
    return Item.objects.order_by("pk").last()
