"""The site, and the floor: a view that does next to nothing behind the same middleware."""

from django.http import HttpResponse
from django.urls import path

from accounts.models import Sector
from trainingsite.urls import urlpatterns as site


def bare(request):
    """One query, one line."""
    return HttpResponse(Sector.objects.values_list("name", flat=True).first())


urlpatterns = [path("bare/", bare), *site]
