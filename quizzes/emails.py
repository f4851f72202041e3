"""Letters to a learner about what staff did for them."""

from django.conf import settings
from django.db import transaction

from courses.models import Enrolment
from quizzes.models import Allowance, Attempt, Quiz
from quizzes.tasks import email_learner_task
from trainingsite.lib.emails import send_templated


def tell_learner(letter: str, enrolment: Enrolment, quiz: Quiz) -> None:
    """Send `letter`, a folder of templates/emails, once the change is safe. Without a broker it is not sent."""
    ids = (enrolment.pk, quiz.pk)
    transaction.on_commit(lambda: email_learner_task.delay(letter, *ids), robust=True)


def email_learner(letter: str, enrolment_id: int, quiz_id: int) -> None:
    """Write to the learner about their quiz as it stands now; people who closed their account get no letter."""
    enrolment = Enrolment.objects.active().select_related("learner", "course").get(pk=enrolment_id)
    if not enrolment.learner.is_active:
        return
    quiz = Quiz.objects.get(pk=quiz_id)
    context = {
        "quiz": quiz,
        "course": enrolment.course,
        "url": settings.SITE_URL + enrolment.course.get_absolute_url(),
        "allowance": Allowance.objects.filter(enrolment=enrolment, quiz=quiz).first(),
        "attempt": Attempt.objects.open().filter(enrolment=enrolment, quiz=quiz).first(),
    }
    send_templated(letter, to=enrolment.learner.email, context=context)
