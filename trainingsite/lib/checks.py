"""System checks that tell an operator what to do next."""

from django.conf import settings
from django.core.checks import Error, register


@register()
def assets_are_built(app_configs, **kwargs):
    """Without the built files every page would be bare: say so at the start."""
    if (settings.BASE_DIR / "static" / "vendor" / "site.css").exists():
        return []
    return [Error("The front-end files are missing.", hint="Run: manage.py build_assets", id="fairlead.E001")]
