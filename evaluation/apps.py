from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Evaluation"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from bookings.buttons import register_buttons  # noqa: PLC0415
        from cohorts.panels import register_panel  # noqa: PLC0415
        from courses.steps import register_steps  # noqa: PLC0415
        from evaluation.panels import evaluation_panel, feedback_buttons  # noqa: PLC0415
        from evaluation.personal_data import KEPT, erase_evaluation, export_evaluation  # noqa: PLC0415
        from evaluation.steps import evaluation_steps  # noqa: PLC0415

        register_steps(evaluation_steps, order=18)
        register_buttons("feedback", feedback_buttons)
        register_panel("evaluation", "evaluation/_panel.html", evaluation_panel, order=30)
        personal_data.register("evaluation", export=export_evaluation, erase=erase_evaluation, kept=KEPT)
