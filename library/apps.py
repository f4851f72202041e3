from django.apps import AppConfig, apps
from django.db.models.signals import post_delete, post_migrate, post_save


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = "Library"

    def ready(self):
        from library.models import HelpContact, SiteSettings  # noqa: PLC0415 -- models load after the app's config
        from library.queries import forget_site_info  # noqa: PLC0415
        from library.roles import after_migrate  # noqa: PLC0415
        from trainingsite.lib.spreadsheets import make_cms_exports_safe  # noqa: PLC0415

        for model in (HelpContact, SiteSettings):
            for signal in (post_save, post_delete):
                signal.connect(
                    forget_site_info, sender=model, dispatch_uid=f"site-info-{model.__name__}-{id(signal)}"
                )
        # Auth stands below every app with rights to give, so by its turn all permissions are there.
        post_migrate.connect(after_migrate, sender=apps.get_app_config("auth"), dispatch_uid="cms-roles")
        make_cms_exports_safe()
