import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management.base import BaseCommand, CommandError

from certificates.sealing import making


class Command(BaseCommand):
    help = (
        "Make a new key for the seal of certificates, with a certificate of its own or a request to send to a "
        "certificate authority. Changes nothing that is in use."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--folder", required=True, type=Path, help="where to write seal.key.pem and the rest"
        )
        parser.add_argument("--name", required=True, help="whose seal it is, as readers of PDFs show it")
        parser.add_argument("--organisation", default="", help="legal name of the organisation")
        parser.add_argument("--country", default="", help="two letters, such as GB")
        parser.add_argument("--years", type=int, default=5, help="how long the certificate is in force (5)")
        parser.add_argument("--request", action="store_true", help="write a request instead of a certificate")

    def handle(self, *, folder, name, organisation, country, years, request, **options):
        now = datetime.now(UTC)
        try:
            subject = making.subject(name, organisation, country)
            ends = now + timedelta(days=365 * years)
        except (ValueError, OverflowError) as problem:
            raise CommandError(f"No certificate can say this: {problem}") from problem
        key = making.new_key()
        public = making.request(key, subject) if request else making.self_signed(key, subject, now, ends)
        files = {
            folder / "seal.key.pem": making.private_pem(key),
            folder / ("seal.csr.pem" if request else "seal.cert.pem"): public.public_bytes(Encoding.PEM),
        }
        self.write(files)
        for path in files:
            self.stdout.write(f"Wrote {path}")
        if request:
            self.stdout.write(
                "Send the request to your certificate authority; it answers with the certificate."
            )
        else:
            self.stdout.write("Set SIGNING_KEY_FILE and SIGNING_CERT_FILE to these files, then restart.")

    def write(self, files: dict[Path, bytes]) -> None:
        """Write new files that only their owner may read; none of them is ever written over."""
        for path in files:
            if path.exists():
                raise CommandError(f"{path} is there already. Choose another folder")
        try:
            for path, content in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(content)
        except OSError as problem:
            raise CommandError(f"{problem.filename} cannot be written: {problem.strerror}") from problem
