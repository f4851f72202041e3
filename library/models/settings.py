"""What an editor may set for the whole site."""

from django.db import models
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="site")
class SiteSettings(BaseSiteSetting):
    """Names on certificates and mail, and the words of the help box."""

    provider_name = models.CharField(
        max_length=160,
        default="Fairlead Training Programme (demonstration)",
        help_text="Stands on certificates.",
    )
    provider_number = models.CharField(
        max_length=80, blank=True, help_text="Charity or company number, for example “Charity 1234567”."
    )
    signatory_name = models.CharField(max_length=120, default="Rowan Adeyemi-Clark")
    signatory_role = models.CharField(max_length=120, default="Programme manager")
    support_email = models.EmailField(default="support@fairlead.example")
    help_box_title = models.CharField(max_length=80, default="Need help or advice?")
    help_box_text = models.TextField(
        default="If you think someone is being exploited, you do not need proof to ask for advice.",
    )
    exit_url = models.URLField(
        "where “Exit this page” leads", default="https://www.bbc.co.uk/weather", help_text="A neutral page."
    )

    class Meta:
        verbose_name = "site settings"
