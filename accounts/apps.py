from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People and organisations"

    def ready(self):
        from accounts import personal_data, receivers, services  # noqa: F401, PLC0415 -- models are ready only now

        personal_data.register("account", export=services.export_account, erase=services.erase_account)


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's user management with forms that fit our user: a name, an e-mail address, no password."""

    user_viewset = "accounts.cms.UserViewSet"
