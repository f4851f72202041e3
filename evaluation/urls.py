from django.urls import path

from evaluation import trainer_views, views

app_name = "evaluation"
urlpatterns = [
    path("evaluation/courses/<slug:course>/", views.confidence, name="confidence"),
    path("evaluation/sessions/<int:session_id>/", views.feedback, name="feedback"),
    path("evaluation/follow-up/<str:token>/", views.follow_up, name="follow_up"),
    path("evaluation/follow-up/<str:token>/sure/", views.follow_up_confidence, name="follow_up_confidence"),
    path("evaluation/follow-up/<str:token>/stop/", views.follow_up_stop, name="follow_up_stop"),
    path("trainer/sessions/<int:session_id>/feedback/", trainer_views.feedback_code, name="feedback_code"),
    path("trainer/cohorts/<int:cohort_id>/evaluation/", trainer_views.group, name="group"),
    path("trainer/cohorts/<int:cohort_id>/evaluation/export/", trainer_views.export, name="export"),
]
