from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("my/", views.my_learning, name="my_learning"),
    path("my/certificates/<str:number>/", views.download, name="download"),
    path("certificates/waiting/", views.waiting, name="waiting"),
    path("verify/", views.verify, name="verify"),
    path("verify/t/<str:token>/", views.verify_token, name="verify_token"),
    path("verify/<str:number>/", views.verify_number, name="verify_number"),
]
