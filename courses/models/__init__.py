"""What is taught, and who is on it."""

from courses.models.enrolment import Enrolment, ModuleCompletion
from courses.models.pages import (
    CourseIndexPage,
    CourseModule,
    CoursePage,
    ModuleForm,
    ModuleLibraryPage,
    ModulePage,
    RefreshRule,
)

__all__ = [
    "CourseIndexPage",
    "CourseModule",
    "CoursePage",
    "Enrolment",
    "ModuleCompletion",
    "ModuleForm",
    "ModuleLibraryPage",
    "ModulePage",
    "RefreshRule",
]
