from django.urls import path

from cpd import views

app_name = "cpd"
urlpatterns = [
    path("my/cpd/", views.record, name="record"),
    path("my/cpd/record.csv", views.record_csv, name="record_csv"),
    path("my/cpd/everything.zip", views.everything_zip, name="everything"),
    path("my/cpd/regulator/", views.regulator, name="regulator"),
    path("my/cpd/learning/new/", views.learning_new, name="learning_new"),
    path("my/cpd/learning/<int:learning_id>/", views.learning_edit, name="learning"),
    path("my/cpd/learning/<int:learning_id>/delete/", views.learning_delete, name="learning_delete"),
    path("my/cpd/learning/<int:learning_id>/evidence/", views.learning_evidence, name="evidence"),
    path("my/cpd/learning/<int:learning_id>/reflect/", views.reflect_on_learning, name="reflect_on_learning"),
    path("my/cpd/awards/<int:award_id>/reflect/", views.reflect_on_award, name="reflect_on_award"),
    path("my/cpd/reflections/<int:reflection_id>/", views.reflection_edit, name="reflection"),
    path("my/cpd/reflections/<int:reflection_id>/delete/", views.reflection_delete, name="reflection_delete"),
    path("my/cpd/packs/", views.packs, name="packs"),
    path("my/cpd/packs/<slug:regulator>/", views.pack, name="pack"),
    path("my/cpd/packs/<slug:regulator>/pack.<str:kind>", views.pack_file, name="pack_file"),
]
