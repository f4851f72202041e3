from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "Sessions and bookings"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from bookings.cohort_panel import sessions_panel  # noqa: PLC0415
        from bookings.personal_data import KEPT, erase_bookings, export_bookings  # noqa: PLC0415
        from bookings.public_queries import offers_of  # noqa: PLC0415
        from bookings.services.places import give_up_places  # noqa: PLC0415
        from cohorts.departures import register_departure  # noqa: PLC0415
        from cohorts.panels import register_panel  # noqa: PLC0415
        from courses.offers import register_offers  # noqa: PLC0415

        personal_data.register("bookings", export=export_bookings, erase=erase_bookings, kept=KEPT)
        register_panel("sessions", "bookings/_sessions.html", sessions_panel, order=10)
        register_departure("bookings", give_up_places)
        register_offers(offers_of)
