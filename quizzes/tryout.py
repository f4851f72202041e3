"""A question shown to its editor as a learner meets it: in Wagtail's preview, and to try out. Nothing is recorded."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods
from wagtail.permissions import policy_registry

from library.due import edit_url
from quizzes.content import ItemContent, ItemType
from quizzes.feedback import feedback_of
from quizzes.forms import AnswerForm, answer_form
from quizzes.marking import NotOffered, clean_answer, is_complete
from quizzes.models import Feedback, Item, ItemVersion, Response
from quizzes.shown import ShownResponse

MAX_WAY = 20_000


def orders_of(content: ItemContent) -> dict[str, Sequence[str] | None]:
    """Return orders in which nothing is told; the same each time, so that what is sent means what was shown."""
    rng = Random(content.stem)  # noqa: S311 -- an order for an editor's eyes
    keys, halves = None, None
    if content.type == ItemType.ORDERING:
        keys = list(content.keys)
        rng.shuffle(keys)
        keys = [*keys[1:], keys[0]] if keys == content.keys else keys
    elif content.type == ItemType.MATCHING:
        halves = [choice.key for choice in content.halves]
        rng.shuffle(halves)
    return {"choice_order": keys, "half_order": halves}


def form_of(content: ItemContent, *, answer: Any = None, data=None) -> AnswerForm:
    return answer_form(content, **orders_of(content), answer=answer, data=data)


def told_of(item: Item, content: ItemContent, answer: Any) -> ShownResponse:
    """Return what a learner who answers so may be told of a question that is not kept anywhere."""
    orders = orders_of(content)
    version = ItemVersion(item=item, data=content.model_dump(mode="json"))
    response = Response(
        position=1,
        version=version,
        answer=answer,
        marks_possible=content.marks,
        choice_order=orders["choice_order"] or content.keys,
        half_order=orders["half_order"] or [],
    )
    return feedback_of(response, Feedback.values)


def preview_item(request: HttpRequest, item: Item, mode_name: str) -> HttpResponse:
    """Draw the draft in Wagtail's preview: the question, or the right answer and all feedback."""
    context = {"item": item, "problem": "", "is_preview": True}
    content = item.readable_content()
    problem = _problem_with_showing(item, content)
    if problem:
        context["problem"] = problem
    elif mode_name == "feedback":
        context["response"] = told_of(item, content, None)
        context["heading"] = content.stem
    else:
        context["form"] = form_of(content)
    return render(request, "quizzes/cms/try.html", context)


def _problem_with_showing(item: Item, content: ItemContent | None) -> str:
    """A draft is shown as far as it goes; without any words there is nothing to show."""
    if content is None or not content.stem.strip():
        return "Write the question first."
    if content.type == ItemType.BRANCHING:
        return " ".join(item.publication_problems())
    return "" if content.choices else "Write the answers first."


@require_http_methods(["GET", "POST"])
def try_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an editor answer the latest draft, marked and with all feedback."""
    item = get_object_or_404(Item, pk=pk)
    if not policy_registry.get(item).user_has_any_permission(request.user, {"change", "publish"}):
        raise PermissionDenied
    draft = item.get_latest_revision_as_object()
    context = {"item": draft, "edit_url": edit_url(item)}
    problems = draft.publication_problems()
    if problems:
        return render(request, "quizzes/cms/try.html", context | {"problem": " ".join(problems)})
    content = draft.content()
    answer = _way_so_far(content, request.POST)
    form = form_of(content, answer=answer, data=request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = form.answer
        if not form.stays or is_complete(content, answer):
            context |= {"response": told_of(draft, content, answer), "heading": content.stem}
        else:
            form = form_of(content, answer=answer)
    way = json.dumps(answer) if content.type == ItemType.BRANCHING and answer else ""
    return render(request, "quizzes/cms/try.html", context | {"form": form, "way": way})


def _way_so_far(content: ItemContent, sent) -> list | None:
    """A story's way travels with the page, because nothing is recorded; one that the story lacks starts anew."""
    way = sent.get("way", "")
    if content.type != ItemType.BRANCHING or not way or len(way) > MAX_WAY:
        return None
    try:
        return clean_answer(content, json.loads(way))
    except (NotOffered, ValueError, TypeError, RecursionError):
        return None
