from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.index, name="index"),
    path("reports/programmes/<int:programme_id>/", views.programme, name="programme"),
    path("reports/programmes/<int:programme_id>/report.pdf", views.programme_pdf, name="programme_pdf"),
    path("reports/programmes/<int:programme_id>/export/", views.programme_export, name="programme_export"),
    path("reports/agency/", views.agency, name="agency"),
    path("reports/agency/export/", views.agency_export, name="agency_export"),
]
