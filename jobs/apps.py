from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Long work"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from jobs.personal_data import KEPT, erase_jobs, export_jobs  # noqa: PLC0415

        personal_data.register("jobs", export=export_jobs, erase=erase_jobs, kept=KEPT)
