from django.urls import path

from attendance import door_views, kit_views, table_views, views

app_name = "attendance"
_session = "trainer/sessions/<int:session_id>/"
_register = f"{_session}register/"
_person = f"{_register}people/<slug:person>/"
_tables = f"{_session}tables/"
_check_in = "check-in/<int:session_id>/<str:code>/"
urlpatterns = [
    path(_register, views.register, name="register"),
    path(f"{_register}marks/", views.marks, name="marks"),
    path(f"{_register}state/", views.state, name="state"),
    path(f"{_register}worker.js", views.worker, name="worker"),
    path(f"{_register}add/", views.add_person, name="add_person"),
    path(f"{_register}add/member/", views.add_member, name="add_member"),
    path(_person, views.person, name="person"),
    path(f"{_person}letter/", views.walk_in_letter, name="walk_in_letter"),
    path(f"{_person}remove/", views.walk_in_remove, name="walk_in_remove"),
    path(f"{_session}door/", door_views.door, name="door"),
    path(f"{_session}door/close/", door_views.door_close, name="door_close"),
    path(_tables, table_views.tables, name="tables"),
    path(f"{_tables}move/", table_views.tables_move, name="tables_move"),
    path(f"{_tables}fit/", table_views.tables_refit, name="tables_refit"),
    path(f"{_tables}undo/", table_views.tables_undo, name="tables_undo"),
    path(f"{_tables}show/", table_views.tables_show, name="tables_show"),
    path(f"{_tables}tables.pdf", kit_views.tables_print, name="tables_print"),
    path(f"{_session}kit.pdf", kit_views.kit, name="kit"),
    path("check-in/", door_views.enter_code, name="enter_code"),
    path(_check_in, door_views.check_in, name="check_in"),
    path(f"{_check_in}name/", door_views.check_in_by_name, name="check_in_by_name"),
    path("walk-in/<slug:token>/", door_views.claim, name="claim"),
]
