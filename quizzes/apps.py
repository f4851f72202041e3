from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"

    def ready(self):
        from courses.steps import register_steps  # noqa: PLC0415 -- models are ready only now
        from quizzes import receivers  # noqa: F401, PLC0415 -- connects the receivers
        from quizzes.steps import quiz_steps  # noqa: PLC0415

        register_steps(quiz_steps, order=10)
