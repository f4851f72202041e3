from django.urls import path

from certificates import changing_urls, refresh_views, sharing_views, verify_views, views

app_name = "certificates"
urlpatterns = [
    path("my/", views.my_learning, name="my_learning"),
    path("my/certificates/<str:number>/", views.download, name="download"),
    path("my/certificates/<str:number>/refresh/", refresh_views.refresh, name="refresh"),
    path("my/certificates/<str:number>/sharing/", sharing_views.share, name="share"),
    path("my/certificates/<str:number>/sharing/link/", sharing_views.make_link, name="make_link"),
    path("my/certificates/<str:number>/sharing/<int:link_id>/end/", sharing_views.end_link, name="end_link"),
    *changing_urls.urlpatterns,
    path("verify/", verify_views.verify, name="verify"),
    path("verify/file/", verify_views.verify_file, name="verify_file"),
    path("verify/t/<str:token>/", verify_views.verify_token, name="verify_token"),
    path("verify/s/<str:token>/", verify_views.verify_link, name="verify_link"),
    path("verify/<str:number>/", verify_views.verify_number, name="verify_number"),
]
