from django.urls import path

from library import views

app_name = "library"
urlpatterns = [
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/pocket/", views.pocket, name="pocket"),
    path("indicators/pocket.pdf", views.pocket_pdf, name="pocket_pdf"),
    path("indicators/<slug:code>/", views.indicator, name="indicator"),
    path("help/", views.help_page, name="help"),
    path("exit/", views.leave, name="exit"),
    path("robots.txt", views.robots, name="robots"),
]
