"""Venues in the CMS: programme managers and moderators keep the list, trainers choose from it."""

from wagtail.admin.panels import FieldRowPanel
from wagtail.snippets.models import register_snippet

from bookings.models import Venue
from trainingsite.lib.cms import ListViewSet


class VenueViewSet(ListViewSet):
    model = Venue
    icon = "home"
    menu_label = "Venues"
    menu_order = 430
    add_to_admin_menu = True
    ordering = "name"
    search_fields = ["name", "address", "area"]
    list_display = ["name", "area", "capacity", "is_online"]
    list_export = ["name", "address", "area", "capacity", "access_notes", "is_online"]
    export_filename = "venues"
    panels = ["name", "address", FieldRowPanel(["area", "capacity"]), "access_notes", "is_online"]


register_snippet(VenueViewSet)
