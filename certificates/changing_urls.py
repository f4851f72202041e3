"""Addresses of what happens to a certificate after issue: the holder's pages and the managers' area."""

from django.urls import path

from certificates import group_views, holder_views, manager_views

urlpatterns = [
    path("my/certificates/<str:number>/correct/", holder_views.correct, name="correct"),
    path("my/certificates/<str:number>/appeal/", holder_views.appeal, name="appeal"),
    path("trainer/cohorts/<int:cohort_id>/certificates/", group_views.group, name="group"),
    path("certificates/", manager_views.find, name="list"),
    path("certificates/export/", manager_views.export, name="export"),
    path("certificates/statistics/", manager_views.figures, name="statistics"),
    path("certificates/statistics/export/", manager_views.figures_export, name="statistics_export"),
    path("certificates/waiting/", manager_views.waiting, name="waiting"),
    path("certificates/many/", manager_views.for_many, name="many"),
    path("certificates/names/<int:request_id>/", manager_views.decide_name, name="decide_name"),
    path(
        "certificates/revocations/<int:request_id>/",
        manager_views.decide_revocation,
        name="decide_revocation",
    ),
    path("certificates/revocations/<uuid:batch>/", manager_views.decide_batch, name="decide_batch"),
    path("certificates/appeals/<int:request_id>/", manager_views.decide_appeal, name="decide_appeal"),
    path("certificates/<str:number>/", manager_views.one, name="one"),
    path("certificates/<str:number>/reissue/", manager_views.reissue, name="reissue"),
    path("certificates/<str:number>/revoke/", manager_views.revoke, name="revoke"),
    path("certificates/<str:number>/restore/", manager_views.restore, name="restore"),
    path("certificates/<str:number>/send/", manager_views.send, name="send"),
    path("certificates/<str:number>/note/", manager_views.note, name="note"),
]
