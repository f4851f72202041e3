"""The item analysis in the CMS: quizzes, the questions of a quiz, one question."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quizzes.analysis import ENOUGH, QuizReport, quiz_report
from quizzes.analysis_table import SORTS, Sorting, table_of
from quizzes.chosen import Which
from quizzes.models import AttemptState, Quiz
from quizzes.permissions import may_see_analysis
from trainingsite.lib.spreadsheets import download

ROOT = "Item analysis"


def for_readers(view):
    @wraps(view)
    def checked(request, *args, **kwargs):
        if not may_see_analysis(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return require_safe(checked)


def _which(request) -> str:
    asked = request.GET.get("attempts", "")
    return asked if asked in Which.values else Which.FIRST.value


def _quiz(quiz_id: int) -> Quiz:
    return get_object_or_404(Quiz.objects.select_related("course"), pk=quiz_id)


@for_readers
def quiz_list(request):
    finished = Count(
        "attempts__enrolment__learner", filter=Q(attempts__state=AttemptState.FINISHED), distinct=True
    )
    context = {
        "header_title": ROOT,
        "breadcrumbs_items": [{"url": "", "label": ROOT}],
        "header_icon": "view",
        "quizzes": Quiz.objects.select_related("course")
        .annotate(people=finished)
        .order_by("-people", "title"),
        "enough": ENOUGH,
    }
    return render(request, "quizzes/cms/analysis_list.html", context)


@for_readers
def quiz_page(request, quiz_id):
    quiz = _quiz(quiz_id)
    which = _which(request)
    report = quiz_report(quiz, which)
    sorting = Sorting.asked(request.GET.get("sort", ""))
    context = {
        **_frame(f"{ROOT}: {quiz.title}", quiz.title),
        "quiz": quiz,
        "report": report,
        "which": which,
        "whiches": Which.choices,
        "enough": ENOUGH,
        "headings": [(name, heading, sorting.next_for(name)) for name, (heading, _) in SORTS.items()],
        "sorting": sorting,
        "questions": sorting.apply(report.questions),
        "serious": sum(any(flag.is_serious for flag in question.flags) for question in report.questions),
    }
    return render(request, "quizzes/cms/analysis_quiz.html", context)


@for_readers
def quiz_export(request, quiz_id):
    quiz = _quiz(quiz_id)
    table = table_of(quiz_report(quiz, _which(request)))
    return download(table, f"item-analysis-{quiz.pk}", request.GET.get("format", "csv"))


@for_readers
def question_page(request, quiz_id, item_id):
    quiz = _quiz(quiz_id)
    which = _which(request)
    question = _question(quiz_report(quiz, which), item_id)
    back = {"url": f"{reverse('analysis_quiz', args=[quiz.pk])}?attempts={which}", "label": quiz.title}
    context = {
        **_frame(f"{ROOT}: {question.code}", question.code, back),
        "quiz": quiz,
        "question": question,
        "which": Which(which).label,
        "enough": ENOUGH,
        "edit_url": reverse("wagtailsnippets_quizzes_item:edit", args=[item_id]),
    }
    return render(request, "quizzes/cms/analysis_question.html", context)


def _question(report: QuizReport, item_id: int):
    question = report.question(item_id)
    if question is None:
        raise Http404
    return question


def _frame(title: str, label: str, *between: dict) -> dict:
    crumbs = [{"url": reverse("analysis"), "label": ROOT}, *between, {"url": "", "label": label}]
    return {"header_title": title, "breadcrumbs_items": crumbs, "header_icon": "view"}
