"""What registers hold about a person: how it is given back and how it is erased."""

from django.db.models import Q

from accounts.services import ERASED_NAME
from attendance.models import Attendance, AttendanceChange, WalkIn

KEPT = "That a person without a name was at a session, and for how long, so that the session's numbers stay right."


def export_attendance(user) -> dict:
    """Return the marks with their history, what was written down by name, and the registers taken."""
    marks = Attendance.objects.filter(learner=user).select_related("session", "marked_by")
    changes = AttendanceChange.objects.filter(attendance__learner=user).select_related("attendance__session")
    return {
        "attendance": [
            {
                "session": m.session.title,
                "starts": m.session.starts_at,
                "status": m.get_status_display(),
                "minutes_missed": m.minutes_missed,
                "recorded_by": m.get_source_display(),
                "recorded": m.marked_at,
            }
            for m in marks
        ],
        "changes": [
            {
                "session": c.attendance.session.title,
                "became": c.get_became_display(),
                "minutes_missed": c.minutes_missed,
                "at": c.touched_at,
                "counted": not c.lost,
            }
            for c in changes
        ],
        "walk_ins": [
            {
                "session": w.session.title,
                "name": w.name,
                "email": w.email,
                "organisation": w.agency.name if w.agency else "",
                "written_down": w.made_at,
                "claimed": w.claimed_at,
            }
            for w in _walk_ins_of(user).select_related("session", "agency")
        ],
        "marks_made": AttendanceChange.objects.filter(actor=user).count(),
    }


def erase_attendance(user) -> None:
    """Take name, address and organisation off what was written down at the door; the marks stay without a name."""
    _walk_ins_of(user).update(name=ERASED_NAME, email="", agency=None)


def _walk_ins_of(user):
    """Those they claimed, and those written down under their address that nobody claimed."""
    return WalkIn.objects.filter(Q(claimed_by=user) | Q(claimed_by=None, email=user.email.lower()))
