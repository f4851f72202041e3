"""People from a file: kept between preview and yes, then invited one by one in the background."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cohorts.models import Cohort, PeopleFile, Source
from cohorts.models.people import FILE_HOURS
from cohorts.people_files import EMAIL, NAME, ORGANISATION, SECTOR, PeopleTable
from cohorts.services import Invited, invite, sort_out
from jobs.models import Job
from jobs.services import PieceFailed, start

KIND = "invite-people"
AT_A_TIME = 20  # addresses in one piece of the job
LONGEST_NAME = 120
ORDER = (EMAIL, NAME, ORGANISATION, SECTOR)  # in which recognised columns are shown
#: What became of one address, in words; the lists of cohorts.services.Invited.
WORDS = {
    "invited": "Invited",
    "already_invited": "Invited before",
    "already_members": "In the group already",
    "declined": "Said no thanks before",
}


def keep_rows(cohort: Cohort, table: PeopleTable, *, name: str, by) -> PeopleFile:
    """Keep what was read until the trainer says yes, for a day at most."""
    return PeopleFile.objects.create(
        cohort=cohort,
        uploaded_by=by,
        name=name[-LONGEST_NAME:].replace("\0", ""),
        columns=table.columns,
        people=table.people,
        problems=table.problems,
        problem_count=len(table.problems),
        merged_count=table.merged,
    )


def preview(file: PeopleFile) -> Invited:
    """Say what would become of each address; nothing is done."""
    return sort_out(file.cohort, file.people)


@transaction.atomic
def start_import(file: PeopleFile, *, by) -> Job:
    """Invite everybody in the file who is to be asked; a second click finds the job of the first.

    The rows are forgotten at once: from here on each address stands in one piece of the job alone.
    """
    people = preview(file).invited
    parts = [people[n : n + AT_A_TIME] for n in range(0, len(people), AT_A_TIME)]
    job = start(
        KIND,
        by=by,
        title=_title(len(people)),
        payloads=({"emails": part, "is_last": part is parts[-1]} for part in parts),
        back_url=file.cohort.get_absolute_url(),
        params={"cohort": file.cohort_id},
        form_key=file.form_key,
    )
    PeopleFile.objects.filter(pk=file.pk).update(people=[], problems=[])
    return job


def was_started(file: PeopleFile) -> bool:
    """Whether the trainer said yes already."""
    return Job.objects.filter(started_by=file.uploaded_by_id, form_key=file.form_key).exists()


def _title(people: int) -> str:
    if people == 1:
        return "Inviting 1 person"
    return f"Inviting {people:,} people" + (f", {AT_A_TIME} at a time" if people > AT_A_TIME else "")


def invite_some(payload, job: Job) -> str:
    """One piece of the job: invite some addresses. The letters go out with the last one, or by the schedule."""
    cohort = Cohort.objects.editable_by(job.started_by).filter(pk=job.params["cohort"]).first()
    emails = payload["emails"]
    if cohort is None:
        raise PieceFailed(f"{', '.join(emails)}: you may not change this group any more.")
    outcome = invite(cohort, emails, by=job.started_by, source=Source.FILE, sends=payload["is_last"])
    counts = {words: len(getattr(outcome, name)) for name, words in WORDS.items()}
    return ", ".join(f"{words}: {count}" for words, count in counts.items() if count)


def forget_files() -> None:
    """Remove what nobody said yes to within a day, and the empty rows of what was done."""
    PeopleFile.objects.filter(created_at__lte=timezone.now() - timedelta(hours=FILE_HOURS)).delete()
