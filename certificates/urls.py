from django.urls import path

from certificates import changing_urls, views

app_name = "certificates"
urlpatterns = [
    path("my/", views.my_learning, name="my_learning"),
    path("my/certificates/<str:number>/", views.download, name="download"),
    *changing_urls.urlpatterns,
    path("verify/", views.verify, name="verify"),
    path("verify/t/<str:token>/", views.verify_token, name="verify_token"),
    path("verify/<str:number>/", views.verify_number, name="verify_number"),
]
