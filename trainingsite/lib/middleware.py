"""Two small rules for every request."""

from django.conf import settings
from django.http import QueryDict


class SearchTermsMiddleware:
    """Drop NUL from the query string: PostgreSQL refuses it, and no search ever means it.

    Posted forms are left alone; Django's fields refuse NUL there with a message beside the field.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", ""):
            clean = QueryDict(mutable=True)
            for name, values in request.GET.lists():
                clean.setlist(name.replace("\0", ""), [value.replace("\0", "") for value in values])
            request.GET = clean
            request.META["QUERY_STRING"] = clean.urlencode()
        return self.get_response(request)


class CmsContentSecurityPolicyMiddleware:
    """Give /cms/ its own policy: Wagtail's admin still needs inline scripts and styles."""

    header = "Content-Security-Policy"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/cms/"):
            response[self.header] = settings.CMS_CONTENT_SECURITY_POLICY
        return response
