from django.apps import AppConfig


class CascadeConfig(AppConfig):
    name = "cascade"
    verbose_name = "Train the trainer"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from cascade import permissions  # noqa: PLC0415
        from cascade.cohort_panel import pack_panel  # noqa: PLC0415
        from cascade.gate import why_no_group  # noqa: PLC0415
        from cascade.personal_data import KEPT, erase_cascade, export_cascade  # noqa: PLC0415
        from cohorts.area import register_entry  # noqa: PLC0415
        from cohorts.gates import register_gate  # noqa: PLC0415
        from cohorts.panels import register_panel  # noqa: PLC0415

        personal_data.register("trainer_licences", export=export_cascade, erase=erase_cascade, kept=KEPT)
        register_gate("licence", why_no_group)
        register_panel("trainer_pack", "cascade/_pack_panel.html", pack_panel, order=15)
        register_entry("Licence and reach", "cascade:mine", may_see=permissions.can_enter, order=40)
        register_entry("Cascade", "cascade:tree", may_see=permissions.can_see_tree, order=50)
