"""The site, and the uploads that a proxy serves in front of it."""

from django.conf import settings
from django.urls import re_path
from django.views.static import serve

from trainingsite.urls import handler500
from trainingsite.urls import urlpatterns as site

__all__ = ["handler500", "urlpatterns"]
urlpatterns = [re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}), *site]
