from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self):
        from cohorts.programme_panels import register_programme_panel  # noqa: PLC0415 -- models are ready only now

        register_programme_panel("report", "reports/_way_to_report.html", lambda programme, user: {})
