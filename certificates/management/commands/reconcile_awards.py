from django.core.management.base import BaseCommand

from certificates.services import reconcile


class Command(BaseCommand):
    help = "Make the awards, certificates and e-mails that should exist and do not."

    def handle(self, **options):
        mended = reconcile()
        self.stdout.write(
            f"Mended: awards {mended.awards}, certificates {mended.certificates}, e-mails {mended.emails}"
        )
