"""When something learned is to be refreshed, and from when on a refresher counts. Pure: dates in, dates out.

Three rules, as training systems name them (Totara's certification: completion, expiry and fixed mode):

rolling      so many months after it was completed, whenever that is.
anniversary  the date stays when the refresher is completed in the window before it, so that being early costs nothing;
             completed even earlier, it moves nothing; too late, the months begin anew.
fixed        the same day for everybody, at intervals of so many months, and never sooner than `least_months` away.
"""

from datetime import date
from enum import StrEnum

from certificates.dates import add_months


class Rule(StrEnum):
    ROLLING = "rolling"
    ANNIVERSARY = "anniversary"
    FIXED = "fixed"


def refresh_by(
    rule: Rule,
    completed_on: date,
    months: int,
    *,
    window_months: int = 0,
    previous: date | None = None,
    fixed_from: date | None = None,
    least_months: int = 0,
) -> date:
    """Return the day by which to refresh what was completed on `completed_on`.

    months: between one refresher and the next, at least 1.  previous: the day that held before, None the first time.
    window_months: how long before that day a refresher counts for it (anniversary).
    fixed_from: one of the common days (fixed); without it the rule is rolling.
    """
    if rule == Rule.FIXED and fixed_from:
        return _next_common_day(fixed_from, add_months(completed_on, least_months), months)
    if rule == Rule.ANNIVERSARY and previous and completed_on <= previous:
        is_in_window = completed_on >= window_opens(previous, window_months)
        return add_months(previous, months) if is_in_window else previous
    return add_months(completed_on, months)


def window_opens(refresh_by: date, window_months: int) -> date:
    """Return the first day on which a refresher counts for `refresh_by`."""
    return add_months(refresh_by, -window_months)


def _next_common_day(fixed_from: date, not_before: date, months: int) -> date:
    """Return the first of the days fixed_from + n × months that is not before `not_before`."""
    distance = (not_before.year - fixed_from.year) * 12 + not_before.month - fixed_from.month
    steps = max(0, distance // months)
    while (day := add_months(fixed_from, steps * months)) < not_before:
        steps += 1
    return day
