from django.urls import path, re_path

from cohorts import attempts, bulk_views, import_views, programme_views, views

app_name = "cohorts"
_cohort = "trainer/cohorts/<int:cohort_id>/"
_quiz = f"{_cohort}people/<int:member_id>/quizzes/<int:quiz_id>/"
_invitation = f"{_cohort}invitations/<int:invitation_id>/"
urlpatterns = [
    path("trainer/", views.cohort_list, name="list"),
    path("trainer/cohorts/new/", views.cohort_create, name="create"),
    path("trainer/programmes/", programme_views.programme_list, name="programmes"),
    path("trainer/programmes/new/", programme_views.programme_create, name="programme_create"),
    path("trainer/programmes/<int:programme_id>/", programme_views.programme_detail, name="programme"),
    path(
        "trainer/programmes/<int:programme_id>/edit/", programme_views.programme_edit, name="programme_edit"
    ),
    path(_cohort, views.cohort_detail, name="detail"),
    path(f"{_cohort}edit/", views.cohort_edit, name="edit"),
    path(f"{_cohort}export/", views.cohort_export, name="export"),
    path(f"{_cohort}questions/", views.question_list, name="questions"),
    path(f"{_cohort}questions/export/", views.question_export, name="questions_export"),
    path(f"{_cohort}people/add/", views.add_people, name="add_people"),
    path(f"{_cohort}people/remind/", bulk_views.people_remind, name="people_remind"),
    path(f"{_cohort}people/message/", bulk_views.people_message, name="people_message"),
    path(f"{_cohort}people/download/", bulk_views.people_download, name="people_download"),
    path(f"{_cohort}people/remove/", bulk_views.people_remove, name="people_remove"),
    path(f"{_cohort}messages/", bulk_views.message_list, name="messages"),
    path(f"{_cohort}people/file/", import_views.people_file, name="people_file"),
    path(f"{_cohort}people/file/<int:file_id>/", import_views.people_preview, name="people_preview"),
    path(f"{_cohort}people/<int:member_id>/remove/", views.member_remove, name="member_remove"),
    path(f"{_cohort}people/<int:member_id>/quizzes/", attempts.member_quizzes, name="member_quizzes"),
    path(f"{_quiz}reopen/", attempts.attempt_reopen, name="attempt_reopen"),
    path(f"{_quiz}more/", attempts.member_more, name="member_more"),
    path(f"{_cohort}link/", views.link, name="link"),
    re_path(
        r"^trainer/cohorts/(?P<cohort_id>\d{1,18})/link/qr\.(?P<kind>svg|png)$", views.qr_code, name="qr"
    ),
    path(f"{_cohort}link/close/", views.link_close, name="link_close"),
    path(f"{_cohort}link/renew/", views.link_renew, name="link_renew"),
    path(f"{_cohort}link/prolong/", views.link_prolong, name="link_prolong"),
    path(f"{_cohort}invitations/", views.invitations, name="invitations"),
    path(f"{_invitation}resend/", views.invitation_resend, name="invitation_resend"),
    path(f"{_invitation}withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("join/<slug:token>/", views.join, name="join"),
    path("join/<slug:token>/decline/", views.decline, name="decline"),
    path("my/groups/<int:member_id>/leave/", views.leave, name="leave"),
]
