from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self):
        from wagtail.images import get_image_model  # noqa: PLC0415 -- models load after the app's config
        from wagtailmedia.models import get_media_model  # noqa: PLC0415

        from accounts import personal_data  # noqa: PLC0415
        from accounts.models import Sector  # noqa: PLC0415
        from courses.body import forget_content  # noqa: PLC0415
        from courses.models import ModulePage  # noqa: PLC0415
        from courses.personal_data import KEPT, erase_enrolments, export_enrolments  # noqa: PLC0415
        from library.models import Fact, Indicator  # noqa: PLC0415

        personal_data.register("courses", export=export_enrolments, erase=erase_enrolments, kept=KEPT)
        for model in (Sector, Fact, Indicator, ModulePage, get_image_model(), get_media_model()):
            for signal in (post_save, post_delete):
                signal.connect(
                    forget_content, sender=model, dispatch_uid=f"content-{model.__name__}-{id(signal)}"
                )
