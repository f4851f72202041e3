from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"

    def ready(self):
        from accounts import personal_data  # noqa: PLC0415 -- models are ready only now
        from courses.steps import register_steps  # noqa: PLC0415
        from quizzes import receivers  # noqa: F401, PLC0415 -- connects the receivers
        from quizzes.personal_data import KEPT, erase_quizzes, export_quizzes  # noqa: PLC0415
        from quizzes.steps import quiz_steps  # noqa: PLC0415

        register_steps(quiz_steps, order=10)
        personal_data.register("quizzes", export=export_quizzes, erase=erase_quizzes, kept=KEPT)
