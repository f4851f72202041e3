"""Draw, on a running demo site, certificates that were earned long ago: those whose refreshers are due first.

`python -m tests.journeys.drawn_certificates COUNT` in the site's environment prints the addresses of their holders.
"""

import sys

import django


def draw(count: int) -> list[str]:
    from certificates.models import Award
    from certificates.services import issue_certificate

    awards = Award.objects.filter(certificates__issued_at=None, refresh_by__isnull=False)
    first = list(awards.select_related("enrolment__learner").order_by("refresh_by", "pk")[:count])
    for award in first:
        issue_certificate(award)
    return [award.enrolment.learner.email for award in first]


if __name__ == "__main__":
    django.setup()
    print(*draw(int(sys.argv[1])))
