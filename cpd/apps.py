from django.apps import AppConfig


class CpdConfig(AppConfig):
    name = "cpd"
    verbose_name = "CPD record"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from cpd.personal_data import export_cpd  # noqa: PLC0415
        from cpd.services import erase  # noqa: PLC0415

        personal_data.register("cpd", export=export_cpd, erase=erase)
