"""How an editor hears that a page may not go live when no form is there to say it."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect

from courses.publication import PublicationRefused
from library.due import edit_url


class PublicationRefusedMiddleware:
    """Answer PublicationRefused with the page's or question's editor and the reasons: after moderation or a bulk action."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, PublicationRefused):
            return None
        messages.error(request, f"“{exception.page}” was not published. {' '.join(exception.messages)}")
        url = edit_url(exception.page)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"step": "success", "redirect": url})
        return redirect(url)
