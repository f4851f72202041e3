"""What base.html needs on every page."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.roles import Role
from library.queries import site_end, site_info


def site(request):
    """Settings, navigation, and the help box with the footer; worked out only when a template asks."""
    return {
        "product_name": settings.PRODUCT_NAME,
        "site_settings": SimpleLazyObject(lambda: site_info().settings),
        "site_end": SimpleLazyObject(site_end),
        "nav_items": SimpleLazyObject(lambda: navigation(request)),
    }


def navigation(request) -> list[dict]:
    """Return the entries of the navigation for this visitor, the current one marked."""
    entries = [
        ("Courses", "/courses/"),
        ("Sessions", "/sessions/"),
        ("Indicators", "/indicators/"),
        ("Check a certificate", "/verify/"),
    ]
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        entries.append(("My learning", "/my/"))
        if user.has_role(Role.TRAINER, Role.LEAD_TRAINER, Role.PROGRAMME_MANAGER):
            entries.append(("Trainer area", "/trainer/"))
        if user.has_role(Role.PROGRAMME_MANAGER):
            entries.append(("Certificates", "/certificates/"))
        if user.has_role(Role.PROGRAMME_MANAGER, Role.LEAD_TRAINER, Role.FUNDER, Role.AGENCY_LEAD):
            entries.append(("Reports", "/reports/"))
        if user.has_role(Role.EDITOR, Role.MODERATOR):
            entries.append(("CMS", "/cms/"))
    return [
        {"text": text, "href": href, "current": request.path == href, "active": request.path.startswith(href)}
        for text, href in entries
    ]
