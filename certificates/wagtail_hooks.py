"""The CMS for certificates: their templates. Registers the address of “Where used” too."""

from django.urls import path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from certificates.viewsets import CertificateTemplateViewSet, template_use

register_snippet(CertificateTemplateViewSet)


@hooks.register("register_admin_urls")
def register_urls():
    return [path("certificates/<int:pk>/used/", template_use, name="certificate_template_use")]
