"""What courses draw on: indicators, facts, help contacts, media, and the site's own pages."""

from library.models.media import CaptionedMedia
from library.models.pages import HomePage, StandardPage
from library.models.records import ExploitationForm, Fact, HelpContact, Indicator, Setting
from library.models.reminders import ReviewReminder
from library.models.settings import SiteSettings

__all__ = [
    "CaptionedMedia",
    "ExploitationForm",
    "Fact",
    "HelpContact",
    "HomePage",
    "Indicator",
    "ReviewReminder",
    "Setting",
    "SiteSettings",
    "StandardPage",
]
