"""The page of a long piece of work: how far it is, what went wrong, and the brakes."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jobs import services
from jobs.models import ItemState, Job

PROBLEMS_SHOWN = 100
ACTIONS = {
    "pause": services.pause,
    "resume": services.resume,
    "stop": services.stop,
    "retry": services.retry_failed,
}


def _visible(request, job_id: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)


@never_cache
@login_required
@require_safe
def job(request, job_id):
    found = _visible(request, job_id)
    services.work_while_watched(found)
    found.refresh_from_db()
    problems = found.items.filter(state=ItemState.FAILED) if found.failed_count else found.items.none()
    context = {
        "job": found,
        "problems": problems[:PROBLEMS_SHOWN],
        "more_problems": found.failed_count - PROBLEMS_SHOWN,
        "needs_watching": services.needs_watching(),
    }
    return render(request, "jobs/job.html", context)


@never_cache
@login_required
@require_POST
def act(request, job_id, action):
    found = _visible(request, job_id)
    if action not in ACTIONS:
        raise Http404
    ACTIONS[action](found)
    return redirect(found)
