from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from bookings.buttons import register_buttons  # noqa: PLC0415
        from certificates import guards, receivers  # noqa: F401, PLC0415 -- connects the receiver
        from certificates.badges import checks as badge_checks  # noqa: F401, PLC0415 -- registers the check
        from certificates.group_issue import certificate_buttons, certificates_panel  # noqa: PLC0415
        from certificates.personal_data import KEPT, erase_awards, export_awards  # noqa: PLC0415
        from certificates.queries import certified_on  # noqa: PLC0415
        from certificates.sealing import checks  # noqa: F401, PLC0415 -- registers the checks
        from certificates.services import many  # noqa: PLC0415
        from certificates.steps import certificate_steps  # noqa: PLC0415
        from cohorts import columns  # noqa: PLC0415
        from cohorts.panels import register_panel  # noqa: PLC0415
        from courses.steps import register_steps  # noqa: PLC0415
        from jobs.services import register_kind  # noqa: PLC0415

        post_migrate.connect(guards.install, sender=self)
        register_steps(certificate_steps, order=20)
        register_kind(many.ISSUE, run=many.issue_one)
        register_kind(many.REISSUE, run=many.reissue_one)
        register_kind(many.ASK_REVOCATION, run=many.ask_one)
        register_kind(many.DECIDE_REVOCATION, run=many.decide_one)
        register_panel("certificates", "certificates/_group_panel.html", certificates_panel, order=25)
        register_buttons("certificates", certificate_buttons)
        columns.register_column(columns.CERTIFICATE, "Certificate", certified_on)
        personal_data.register("certificates", export=export_awards, erase=erase_awards, kept=KEPT)
