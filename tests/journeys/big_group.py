"""Fill a running demo site with a group that is large enough for item analysis.

`python -m tests.journeys.big_group` in the site's environment; prints the number of the group.
"""

import random
from uuid import UUID

import django
from django.db import transaction

PEOPLE = 32
QUESTIONS = "before"


@transaction.atomic
def make_big_group() -> int:
    """Make a group of the trainer's whose people all took the quiz before the long course; return its number."""
    from accounts.models import Sector, User
    from cohorts.services import create_cohort, join_by_link
    from courses.models import CoursePage
    from courses.services import enrol
    from quizzes.answers import best_answer, poor_answer
    from quizzes.services import save_response, start_attempt, submit_attempt

    luck = random.Random("a big group")
    course = CoursePage.objects.get(slug="half-day")
    quiz = course.quizzes.get(slug=QUESTIONS)
    trainer = User.objects.get(email="trainer@demo.example")
    cohort = create_cohort(
        by=trainer,
        form_key=UUID(int=luck.getrandbits(128)),
        name="The whole borough",
        course=course,
        trainers=[trainer],
        starts_on=None,
        ends_on=None,
    )
    sectors = list(Sector.objects.all()[:3])
    for number in range(PEOPLE):
        learner = User.objects.create(
            email=f"borough{number}@example.org", name=f"Robin Borough {number}", sector=sectors[number % 3]
        )
        attempt = start_attempt(enrol(learner, course), quiz, rng=luck)
        for response in attempt.responses.select_related("version"):
            choose = best_answer if luck.random() < number / PEOPLE else poor_answer
            save_response(attempt, response.position, choose(response.version.content))
        submit_attempt(attempt)
        join_by_link(learner, cohort)
    return cohort.pk


if __name__ == "__main__":
    django.setup()
    print(make_big_group())
