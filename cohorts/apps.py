from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "cohorts"
    verbose_name = "Groups"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from cohorts import importing, letters  # noqa: PLC0415
        from cohorts.personal_data import KEPT, erase_cohorts, export_cohorts  # noqa: PLC0415
        from jobs.services import register_kind  # noqa: PLC0415

        personal_data.register("cohorts", export=export_cohorts, erase=erase_cohorts, kept=KEPT)
        register_kind(importing.KIND, importing.invite_some)
        register_kind(letters.KIND, letters.send_letter)
