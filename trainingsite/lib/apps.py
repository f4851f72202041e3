from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "trainingsite.lib"
    label = "lib"

    def ready(self):
        from trainingsite.lib import checks  # noqa: F401, PLC0415 -- registers the system check
