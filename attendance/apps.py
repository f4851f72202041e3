from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = "Registers"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from attendance.panels import marked_count, registers_panel, session_buttons  # noqa: PLC0415
        from attendance.personal_data import KEPT, erase_attendance, export_attendance  # noqa: PLC0415
        from attendance.queries import attendance_column  # noqa: PLC0415
        from attendance.steps import attendance_steps  # noqa: PLC0415
        from attendance.table_data import erase_tables, export_tables  # noqa: PLC0415
        from attendance.table_panels import own_table_line, table_buttons  # noqa: PLC0415
        from bookings.buttons import register_buttons  # noqa: PLC0415
        from bookings.lines import register_lines  # noqa: PLC0415
        from bookings.queries import register_count  # noqa: PLC0415
        from cohorts.columns import register_column  # noqa: PLC0415
        from cohorts.panels import register_panel  # noqa: PLC0415
        from courses.steps import register_steps  # noqa: PLC0415

        register_steps(attendance_steps, order=15)
        register_column("attendance", "Attendance", attendance_column)
        register_buttons("attendance", session_buttons)
        register_buttons("tables", table_buttons)
        register_lines("tables", own_table_line)
        register_count("marked_count", marked_count)
        register_panel("registers", "attendance/_registers_panel.html", registers_panel, order=20)
        personal_data.register("attendance", export=export_attendance, erase=erase_attendance, kept=KEPT)
        personal_data.register("tables", export=export_tables, erase=erase_tables)
