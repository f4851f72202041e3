from django.urls import path

from quizzes import views

app_name = "quizzes"
urlpatterns = [
    path("quizzes/attempts/<int:attempt>/", views.check, name="check"),
    path("quizzes/attempts/<int:attempt>/<int:position>/", views.question, name="question"),
    path("quizzes/attempts/<int:attempt>/<int:position>/feedback/", views.feedback, name="feedback"),
    path("quizzes/attempts/<int:attempt>/submit/", views.submit, name="submit"),
    path("quizzes/attempts/<int:attempt>/result/", views.result, name="result"),
    path("quizzes/<slug:course>/", views.quiz, name="quiz"),
    path("quizzes/<slug:course>/<slug:quiz>/", views.one, name="one"),
]
