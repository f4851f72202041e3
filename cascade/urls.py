from django.urls import path

from cascade import lead_views, tree_views, views

app_name = "cascade"
_person = "trainer/cascade/people/<int:person_id>/<slug:course>/"
_licence = "trainer/cascade/licences/<int:licence_id>/"
urlpatterns = [
    path("trainer/licence/", views.mine, name="mine"),
    path("trainer/licence/deliveries/new/", views.delivery_new, name="delivery_new"),
    path("trainer/licence/deliveries/<int:delivery_id>/withdraw/", views.delivery_withdraw, name="withdraw"),
    path("trainer/licence/<int:licence_id>/changes/", views.changes, name="changes"),
    path("trainer/pack/<slug:course>/", views.pack, name="pack"),
    path("trainer/cascade/", tree_views.tree, name="tree"),
    path("trainer/cascade/table/", tree_views.table, name="table"),
    path("trainer/cascade/export/", tree_views.export, name="export"),
    path("trainer/cascade/people/", lead_views.people, name="people"),
    path(_person, lead_views.person, name="person"),
    path(f"{_person}observe/", lead_views.observe, name="observe"),
    path(f"{_person}grant/", lead_views.grant, name="grant"),
    path(f"{_licence}renew/", lead_views.renew, name="renew"),
    path(f"{_licence}revoke/", lead_views.revoke, name="revoke"),
    path("trainer/cascade/rules/", lead_views.rules, name="rules"),
    path("trainer/cascade/rules/<int:rule_id>/remove/", lead_views.rule_remove, name="rule_remove"),
]
