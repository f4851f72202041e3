from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/data/", views.export, name="export"),
    path("account/close/", views.close, name="close"),
]
