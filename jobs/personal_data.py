"""What jobs hold about a person: that they started them."""

from django.utils import timezone

from jobs.models import ItemState, Job, JobItem, JobState

KEPT = "That a person without a name started some long work, until thirty days after it ended."


def export_jobs(user) -> list[dict]:
    return [
        {
            "title": job.title,
            "started": job.created_at,
            "finished": job.finished_at,
            "state": job.get_state_display(),
        }
        for job in Job.objects.filter(started_by=user)
    ]


def erase_jobs(user) -> None:
    """Stop what is under way in the person's name, and empty what waits."""
    mine = Job.objects.filter(started_by=user)
    JobItem.objects.filter(job__in=mine).exclude(state=ItemState.DONE).update(payload={})
    mine.unfinished().update(state=JobState.STOPPED, finished_at=timezone.now())
