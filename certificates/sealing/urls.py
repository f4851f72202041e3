from django.urls import path

from certificates.sealing import views

app_name = "seals"
urlpatterns = [
    path("verify/keys/", views.keys, name="keys"),
    path("verify/keys/<str:kid>.pem", views.download, name="download"),
]
