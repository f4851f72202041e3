"""What the pilot's people knew, felt, said and passed on: numbers whose means are those of pilot.yaml."""

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from certificates.activities import version_for
from certificates.models import Award, Certificate
from certificates.numbers import new_number
from cohorts.models import Programme
from courses.models import CourseModule, CoursePage, ModuleCompletion
from demo.pilot_cascade import load_cascade
from demo.schema import PilotFile
from evaluation.models import ConfidenceRating, FeedbackGiven, FollowUp, SessionFeedback, Stage
from quizzes.answers import best_answer, poor_answer
from quizzes.content import ItemType
from quizzes.models import Attempt, AttemptEvent, AttemptState, ItemVersion, Quiz, QuizKind, Response

QUESTIONS = 10
ZONE = ZoneInfo("Europe/London")
PERSON_SPREAD, RATING_SPREAD = 0.75, 0.5  # how people differ, and how one person's ratings do
FOLLOW_UP_DAYS = 90
FEEDBACK_SHARE = 0.85


def load(pilot: PilotFile, programme: Programme, course: CoursePage, guests: Sequence, luck: random.Random):
    """Write the results of `guests`, the people who came."""
    before, after = (mean / QUESTIONS for mean in (pilot.knowledge.before, pilot.knowledge.after))
    before = whole_numbers(luck, _varied(luck, len(guests), before, 1.6), before, (2, QUESTIONS))
    after = whole_numbers(luck, _varied(luck, len(guests), after, 0.9), after, (6, QUESTIONS))
    quizzes = {quiz.kind: quiz for quiz in course.quizzes.all()}
    _read_modules(course, guests)
    _attempts(quizzes.get(QuizKind.DIAGNOSTIC), guests, before, timedelta(days=-4), luck)
    passed = _attempts(quizzes.get(QuizKind.ASSESSMENT), guests, after, timedelta(hours=6, minutes=40), luck)
    certified = [guest for guest in guests if guest.enrolment.pk in passed]
    _awards(course, certified, template=programme.certificate_template_use.version)
    answered = luck.sample(guests, round(len(guests) * pilot.survey.reply_percent / 100))
    _confidence(pilot, guests, answered, luck)
    _follow_up(pilot, guests, answered, luck)
    _feedback(pilot, guests, luck)
    load_cascade(pilot, programme, course, certified, luck)


def load_alone(course: CoursePage, guest, *, seed: int) -> None:
    """Let one person read all modules, pass the quiz and be awarded, away from any session."""
    luck = random.Random(f"{seed} {guest.user.email}")  # noqa: S311 -- the same every time
    _read_modules(course, [guest])
    quiz = course.quizzes.filter(kind=QuizKind.ASSESSMENT).first()
    passed = _attempts(quiz, [guest], [QUESTIONS - 1], timedelta(hours=1, minutes=40), luck)
    _awards(course, [guest] if guest.enrolment.pk in passed else [], "all required modules completed")


def _varied(luck, count: int, mean: float, spread: float) -> list[float]:
    return [luck.gauss(mean, spread) for _ in range(count)]


def whole_numbers(luck, wanted: Sequence[float], mean: float, bounds: tuple[int, int]) -> list[int]:
    """Return `wanted` as whole numbers within `bounds`, pushed until their mean is as near `mean` as can be."""
    low, high = bounds
    found = [min(high, max(low, round(value))) for value in wanted]
    missing = round(mean * len(found)) - sum(found)
    step = 1 if missing > 0 else -1
    while missing:
        place = luck.randrange(len(found))
        if low <= found[place] + step <= high:
            found[place] += step
            missing -= step
    return found


def _read_modules(course: CoursePage, guests) -> None:
    places = CourseModule.objects.filter(course=course, is_required=True).select_related("module")
    ModuleCompletion.objects.bulk_create(
        ModuleCompletion(
            enrolment=guest.enrolment,
            module=place.module,
            form=place.form,
            version=place.module.version,
            completed_at=guest.session.starts_at + timedelta(minutes=20 + 10 * number),
        )
        for number, place in enumerate(places)
        for guest in guests
    )


def _attempts(quiz: Quiz | None, guests, right: list[int], after_start: timedelta, luck) -> set[int]:
    """Write one finished attempt each; `right` questions of ten. Return the ids of the enrolments that passed."""
    if quiz is None:
        return set()
    attempts = [
        Attempt(
            enrolment=guest.enrolment,
            quiz=quiz,
            state=AttemptState.FINISHED,
            pass_mark=quiz.pass_mark,
            started_at=guest.session.starts_at + after_start,
            submitted_at=guest.session.starts_at + after_start + timedelta(minutes=luck.randint(6, 14)),
            score=Decimal(100 * count) / QUESTIONS,
            passed=100 * count >= quiz.pass_mark * QUESTIONS,
        )
        for guest, count in zip(guests, right, strict=True)
    ]
    Attempt.objects.bulk_create(attempts)
    ways = [("", AttemptState.IN_PROGRESS), (AttemptState.IN_PROGRESS, AttemptState.SUBMITTED)]
    ways.append((AttemptState.SUBMITTED, AttemptState.FINISHED))
    AttemptEvent.objects.bulk_create(
        AttemptEvent(
            attempt=attempt,
            was=was,
            became=became,
            at=attempt.submitted_at if was else attempt.started_at,
            actor_id=attempt.enrolment.learner_id,
        )
        for attempt in attempts
        for was, became in ways
    )
    Response.objects.bulk_create(_responses(quiz, attempts, right, luck))
    return {attempt.enrolment_id for attempt in attempts if attempt.passed}


def _responses(quiz: Quiz, attempts: list[Attempt], right: list[int], luck):
    """Yield the answers behind each score, from questions with one choice; nothing where the bank has too few."""
    bank = [
        version
        for version in ItemVersion.objects.ready().filter(item__category=quiz.category)
        if version.content.type == ItemType.SINGLE and version.content.marks == 1
    ]
    if len(bank) < QUESTIONS:
        return
    answers = {v.pk: (best_answer(v.content), poor_answer(v.content)) for v in bank}
    for attempt, count in zip(attempts, right, strict=True):
        is_right = [True] * count + [False] * (QUESTIONS - count)
        luck.shuffle(is_right)
        for position, (version, good) in enumerate(
            zip(luck.sample(bank, QUESTIONS), is_right, strict=True), 1
        ):
            best, poor = answers[version.pk]
            yield Response(
                attempt=attempt,
                position=position,
                version=version,
                choice_order=luck.sample(version.content.keys, len(version.content.keys)),
                answer=best if good else poor,
                answered_at=attempt.submitted_at,
                saved_count=1,
                marks_awarded=1 if good else 0,
                marks_possible=1,
            )


def _awards(
    course: CoursePage,
    guests,
    basis: str = "all required modules completed; one day attended",
    template=None,
) -> None:
    """Award everybody who passed. Their certificates are drawn by the next reconcile, and count as sent.

    template: version of the certificate's template; None for the usual one.
    """
    if not guests:
        return
    activity = version_for(course, f"Quiz passed at 80% or more; {basis}", template)
    awards = Award.objects.bulk_create(
        Award(
            enrolment=guest.enrolment,
            activity=activity,
            learner_name=guest.user.name,
            cpd_minutes=activity.minutes_total,
            participatory_minutes=activity.minutes_participatory,
            started_on=min(timezone.localdate(guest.enrolment.enrolled_at), guest.row.date),
            completed_on=guest.row.date,
            awarded_at=guest.session.ends_at,
            refresh_by=activity.refresh_by(guest.row.date),
        )
        for guest in guests
    )
    Certificate.objects.bulk_create(
        Certificate(
            award=award,
            holder_name=award.learner_name,
            number=new_number(settings.CERTIFICATE_PREFIX, award.completed_on.year),
            emailed_at=award.awarded_at,
        )
        for award in awards
    )


def _confidence(pilot: PilotFile, guests, answered, luck) -> None:
    """Rate each outcome so that its mean is that of the file, among those who answered later and among the rest."""
    groups = (answered, [guest for guest in guests if guest not in answered])
    ratings = []
    for stage in Stage.values:
        for group in groups[:1] if stage == Stage.LATER else groups:
            moods = [luck.gauss(0, PERSON_SPREAD) for _ in group]
            for row in pilot.confidence:
                mean = getattr(row, stage)
                wanted = [luck.gauss(mean + mood, RATING_SPREAD) for mood in moods]
                numbers = whole_numbers(luck, wanted, mean, (1, 5))
                ratings += [
                    ConfidenceRating(
                        enrolment=guest.enrolment,
                        stage=stage,
                        outcome=row.outcome,
                        rating=number,
                        rated_at=_rated_at(guest, stage),
                    )
                    for guest, number in zip(group, numbers, strict=True)
                ]
    ConfidenceRating.objects.bulk_create(ratings)


def _rated_at(guest, stage: Stage):
    session = guest.session
    after = {Stage.BEFORE: session.starts_at, Stage.AFTER: session.ends_at}
    return after.get(stage) or session.ends_at + timedelta(days=FOLLOW_UP_DAYS + 3)


def _follow_up(pilot: PilotFile, guests, answered, luck) -> None:
    said = pilot.survey
    words = [FollowUp.Answer.USED] * said.used + [FollowUp.Answer.NOT_YET] * said.not_yet
    words += [FollowUp.Answer.NEEDED_HELP] * said.needed_help
    passed_on = [True] * said.passed_on + [False] * (len(answered) - said.passed_on)
    luck.shuffle(words)
    luck.shuffle(passed_on)
    answers = {
        guest.enrolment.pk: pair
        for guest, pair in zip(answered, zip(words, passed_on, strict=False), strict=False)
    }
    rows = []
    for guest in guests:
        sent_at = guest.session.ends_at + timedelta(days=FOLLOW_UP_DAYS)
        answer, passes = answers.get(guest.enrolment.pk, ("", None))
        rows.append(
            FollowUp(
                enrolment=guest.enrolment,
                due_on=guest.row.date + timedelta(days=FOLLOW_UP_DAYS),
                sent_at=sent_at,
                answer=answer,
                passed_on=passes,
                answered_at=sent_at + timedelta(days=luck.randint(0, 6)) if answer else None,
            )
        )
    FollowUp.objects.bulk_create(rows)


def _feedback(pilot: PilotFile, guests, luck) -> None:
    """What was said is in another order than who said something, as on the site."""
    gave = [guest for guest in guests if luck.random() < FEEDBACK_SHARE]
    FeedbackGiven.objects.bulk_create(FeedbackGiven(session=g.session, learner=g.user) for g in gave)
    said = [
        SessionFeedback(
            session=guest.session,
            usefulness=luck.choices([3, 4, 5], [1, 4, 6])[0],
            pace=luck.choices([2, 3, 4], [1, 7, 3])[0],
            trainer=luck.choices([3, 4, 5], [1, 3, 7])[0],
            will_change=luck.choice(pilot.feedback) if luck.random() < 0.4 else "",
            given_on=guest.row.date,
        )
        for guest in gave
    ]
    luck.shuffle(said)
    SessionFeedback.objects.bulk_create(said)
