"""The one domain signal that goes up."""

from django.dispatch import Signal

#: Sent inside the transaction that records evidence (a module completed, an attempt submitted, a register
#: saved). Carries `enrolment`. Its one receiver, in certificates, calls award_if_earned after commit.
progress_changed = Signal()
