from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from certificates import guards, receivers  # noqa: F401, PLC0415 -- connects the receiver
        from certificates.personal_data import KEPT, erase_awards, export_awards  # noqa: PLC0415
        from certificates.queries import certified_on  # noqa: PLC0415
        from certificates.steps import certificate_steps  # noqa: PLC0415
        from cohorts import columns  # noqa: PLC0415
        from courses.steps import register_steps  # noqa: PLC0415

        post_migrate.connect(guards.install, sender=self)
        register_steps(certificate_steps, order=20)
        columns.register_column(columns.CERTIFICATE, "Certificate", certified_on)
        personal_data.register("certificates", export=export_awards, erase=erase_awards, kept=KEPT)
