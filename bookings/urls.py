from django.urls import path

from bookings import public_views, views

app_name = "bookings"
_cohort = "trainer/cohorts/<int:cohort_id>/"
_session = "trainer/sessions/<int:session_id>/"
_booking = f"{_session}bookings/<int:booking_id>/"
urlpatterns = [
    path(f"{_cohort}sessions/new/", views.session_create, name="session_create"),
    path(f"{_cohort}copy/", views.cohort_copy, name="cohort_copy"),
    path(_session, views.session_detail, name="session"),
    path(f"{_session}edit/", views.session_edit, name="session_edit"),
    path(f"{_session}open/", views.bookings_open, name="bookings_open"),
    path(f"{_session}close/", views.bookings_close, name="bookings_close"),
    path(f"{_session}call-off/", views.call_off, name="call_off"),
    path(f"{_session}people/add/", views.book_people, name="book_people"),
    path(f"{_booking}approve/", views.booking_approve, name="booking_approve"),
    path(f"{_booking}decline/", views.booking_decline, name="booking_decline"),
    path(f"{_booking}cancel/", views.booking_cancel, name="booking_cancel"),
    path("sessions/", public_views.calendar, name="calendar"),
    path("sessions/<int:session_id>/", public_views.session, name="public_session"),
    path("sessions/<int:session_id>/book/", public_views.book, name="book"),
    path("sessions/<int:session_id>/needs/", public_views.needs, name="needs"),
    path("sessions/<int:session_id>/cancel/", public_views.cancel, name="cancel"),
    path("sessions/<int:session_id>/session.ics", public_views.session_file, name="session_file"),
    path("sessions/<int:session_id>/colleagues/", public_views.book_colleagues, name="colleagues"),
    path("my/calendar/", public_views.my_calendar, name="my_calendar"),
    path("my/colleagues/", public_views.colleague_bookings, name="colleague_bookings"),
    path("my/colleagues/<int:booking_id>/cancel/", public_views.colleague_cancel, name="colleague_cancel"),
    path("calendar/<slug:token>.ics", public_views.feed, name="feed"),
]
