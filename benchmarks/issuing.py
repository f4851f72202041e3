"""The whole way of a certificate: badge, drawing, seal, file, mark and letter; and a session of 1,000 by two workers.

`python -m benchmarks.issuing FIRST STEP` is one of those workers: it takes every STEP-th award from FIRST on.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from benchmarks.badges import credential
from benchmarks.certificates import draw_plainly, measure_in_turn, resident_mb
from certificates import drawing, sealing
from certificates.activities import version_for
from certificates.models import Award, Certificate
from certificates.printed import Design, Printed
from certificates.tasks import deliver_certificate_task
from courses.models import CoursePage, Enrolment

PEOPLE, WORKERS, MOST_SECONDS, MOST_MB, MOST_STATEMENTS = 1_000, 2, 90, 200, 10
NAME = "Bench Receiver"


def measure_issuing(report: Callable[..., None]) -> None:
    """Report what it takes to issue.

    issue.pipeline    CPU ms of badge, drawing and seal, median; floor: a plain drawing's; aimed at: 0.65 or less.
    issue.bytes       of the sealed file with its badge; floor: the 100,000 allowed.
    issue.statements  that one delivery takes, the letter included; floor: the 10 allowed.
    issue.session     seconds for 1,000 certificates, stored, marked and sent, by two warm workers; floor: 90.
    issue.worker_rss  MB of the larger worker after its 500; floor: the 200 allowed.
    """
    sealing.warm_up()
    drawing.warm_up()
    spent = measure_in_turn({"plain": draw_plainly, "whole": whole})
    floor, value = (statistics.median(spent[name]) for name in ("plain", "whole"))
    report("issue.pipeline", value, "ms", floor, value / floor, len(spent["whole"]))
    awards = pending_awards(PEOPLE + 6)
    statements = max(statements_of(award) for award in awards[PEOPLE:])
    report("issue.statements", statements, "statements", MOST_STATEMENTS, statements / MOST_STATEMENTS, 5)
    seconds, memory = run_workers()
    issued = Certificate.objects.issued().filter(holder_name=NAME).exclude(emailed_at=None)
    if issued.count() != PEOPLE + 6:
        raise SystemExit(f"Only {issued.count()} of {PEOPLE + 6} were issued and sent")
    biggest = max(issued.values_list("size_bytes", flat=True))
    report("issue.bytes", biggest, "bytes", 100_000, biggest / 100_000, PEOPLE)
    report("issue.session", seconds, "s", MOST_SECONDS, seconds / MOST_SECONDS, PEOPLE)
    report("issue.worker_rss", memory, "MB", MOST_MB, memory / MOST_MB, WORKERS)


def whole(printed: Printed) -> bytes:
    badge = credential(printed).encode()
    files = [("credential.json", badge, "application/json", "Digital badge (Open Badges 3.0)")]
    return sealing.seal(drawing.draw(printed, Design(), files), printed.issued_at)


def pending_awards(count: int) -> list[int]:
    """Return ids of awards whose certificates are to be drawn."""
    course = CoursePage.objects.live().order_by("path").first()
    activity, today = version_for(course, "Everything completed"), timezone.localdate()
    users = User.objects.bulk_create(
        User(email=f"issue{n}@people.example", name=NAME, password="!") for n in range(count)
    )
    enrolments = Enrolment.objects.bulk_create(Enrolment(learner=user, course=course) for user in users)
    awards = Award.objects.bulk_create(
        Award(
            enrolment=enrolment,
            activity=activity,
            learner_name=NAME,
            cpd_minutes=activity.minutes_total,
            participatory_minutes=activity.minutes_participatory,
            started_on=today,
            completed_on=today,
        )
        for enrolment in enrolments
    )
    Certificate.objects.bulk_create(Certificate(award=award, holder_name=NAME) for award in awards)
    return [award.pk for award in awards]


def statements_of(award: int) -> int:
    """Count what one delivery asks of the database; beginning and end of a transaction are not counted."""
    with CaptureQueriesContext(connection) as queries:
        deliver_certificate_task(award)
    ends = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(ends) for query in queries.captured_queries)


def run_workers() -> tuple[float, float]:
    """Return seconds by the clock for all that is pending, and MB of the larger worker."""
    command = [sys.executable, "-m", "benchmarks.issuing"]
    workers = [
        subprocess.Popen(
            [*command, str(number), str(WORKERS)],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.stdout.readline()  # it is warm
    begun = time.monotonic()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    memory = [float(worker.stdout.readline()) for worker in workers]
    seconds = time.monotonic() - begun
    for worker in workers:
        worker.wait()
    return seconds, max(memory)


def work(first: int, step: int) -> None:
    drawing.warm_up()
    sealing.warm_up()
    pending = Certificate.objects.pending().filter(holder_name=NAME).order_by("pk")
    mine = list(pending.values_list("award", flat=True))[first::step]
    print("warm", flush=True)
    sys.stdin.readline()
    for award in mine:
        deliver_certificate_task(award)
    print(resident_mb(), flush=True)


if __name__ == "__main__":
    work(*map(int, sys.argv[1:]))
