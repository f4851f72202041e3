from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "cohorts"
    verbose_name = "Groups"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from cohorts.personal_data import KEPT, erase_cohorts, export_cohorts  # noqa: PLC0415

        personal_data.register("cohorts", export=export_cohorts, erase=erase_cohorts, kept=KEPT)
