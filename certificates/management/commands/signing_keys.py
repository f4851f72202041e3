from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from certificates.badges.keys import current_key
from certificates.models import Certificate, SigningKey
from certificates.sealing import SealUnavailable
from certificates.sealing.keys import note_compromised
from certificates.sealing.material import seal_material


class Command(BaseCommand):
    help = "List the keys that seal certificates and sign badges, or did; or note that one is compromised."

    def add_arguments(self, parser):
        parser.add_argument("--compromised", metavar="KEY", help="id of a key that others may have used")
        parser.add_argument("--since", default="", help="from when: 2026-11-22T09:30Z (default: now)")

    def handle(self, *, compromised, since, **options):
        if compromised:
            self.note(compromised, since)
        current = {current_key().kid}
        try:
            current.add(seal_material().kid)
        except SealUnavailable as problem:
            self.stderr.write(str(problem))
        sealed = dict(Certificate.objects.order_by().values_list("key_id").annotate(Count("pk")))
        for row in SigningKey.objects.order_by("purpose", "-valid_from", "-pk"):
            words = [row.kid, row.purpose, row.algorithm, f"from {row.valid_from:%Y-%m-%d}"]
            words += (
                [f"certificates {sealed.get(row.kid, 0)}"] if row.purpose == SigningKey.Purpose.SEAL else []
            )
            words += [f"retired {row.retired_at:%Y-%m-%d}"] if row.retired_at else []
            words += [f"compromised {row.compromised_at:%Y-%m-%d %H:%M}Z"] if row.compromised_at else []
            words += ["in use here"] if row.kid in current else []
            self.stdout.write("  ".join(words))

    def note(self, kid: str, since: str) -> None:
        row = SigningKey.objects.filter(kid=kid).first()
        if row is None:
            raise CommandError(f"There is no key “{kid}” on record.")
        moment = self.moment(since)
        note_compromised(row, moment)
        self.stdout.write(
            f"Noted: {kid} is compromised since {moment.astimezone(UTC):%Y-%m-%d %H:%M}Z. Set another key and restart."
        )

    def moment(self, since: str) -> datetime:
        now = timezone.now()
        try:
            moment = parse_datetime(since) if since else now
        except ValueError:
            moment = None
        if moment and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        if moment is None or moment > now:
            raise CommandError("--since: give a past moment such as 2026-11-22T09:30Z")
        return moment
