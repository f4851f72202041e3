from django.urls import path

from certificates.badges import views

app_name = "badges"
urlpatterns = [
    path(".well-known/did.json", views.did_document, name="did"),
    path("badges/issuer/", views.issuer, name="issuer"),
    path("badges/badge.png", views.image, name="image"),
    path("badges/status/<int:generation>/", views.status_list, name="status_list"),
    path("badges/achievements/<slug:fingerprint>/", views.achievement, name="achievement"),
    path("my/certificates/<slug:number>/badge.json", views.download_json, name="download_json"),
    path("my/certificates/<slug:number>/badge.png", views.download_png, name="download_png"),
]
