from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("courses/", views.catalogue, name="catalogue"),
    path("courses/<slug:course>/", views.course, name="course"),
    path("courses/<slug:course>/start/", views.start, name="start"),
    path("courses/<slug:course>/<slug:module>/", views.module, name="module"),
    path("courses/<slug:course>/<slug:module>/complete/", views.complete, name="complete"),
]
