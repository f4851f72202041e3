"""What the CMS asks before questions come or go."""

from django import forms
from django.db.models import QuerySet

from courses.models import ModulePage
from quizzes.exchange import detect
from quizzes.models import Category

KINDS = [
    (detect.GIFT, "GIFT (text)"),
    (detect.MOODLE_XML, "Moodle XML"),
    ("qti-2.1", "QTI 2.1 (zip)"),
    ("qti-3.0", "QTI 3.0 (zip)"),
]


class NamedField(forms.ModelChoiceField):
    """A choice told by its words: no number is too large for it, and NUL never reaches the database."""

    def to_python(self, value):
        if "\0" in str(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class ModuleField(NamedField):
    def label_from_instance(self, module: ModulePage) -> str:
        return f"{module.code} {module.title}"


def modules() -> QuerySet:
    return ModulePage.objects.order_by("code").only("code", "title")


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="GIFT text, Moodle XML, or a QTI 2.1 or 3.0 item or package; 20 MB at most.",
        widget=forms.FileInput(attrs={"accept": ".txt,.gift,.xml,.zip"}),
    )
    format = forms.ChoiceField(
        label="Format",
        choices=[("", "Find out"), *detect.NAMES.items()],
        required=False,
    )
    module = ModuleField(
        ModulePage.objects.none(),
        to_field_name="code",
        label="Module",
        help_text="For questions that do not name their module.",
    )
    ready = forms.BooleanField(
        label="Publish at once",
        required=False,
        help_text="Without it the questions become drafts.",
    )

    def __init__(self, *args, may_publish: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = modules()
        if not may_publish:
            del self.fields["ready"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > detect.MAX_BYTES:
            raise forms.ValidationError(
                f"This file has more than {detect.MAX_BYTES // 1024**2} MB; split it."
            )
        return file


class ExportForm(forms.Form):
    kind = forms.ChoiceField(label="Format", choices=KINDS)
    category = NamedField(
        Category.objects.none(),
        to_field_name="name",
        label="Category, with its parts",
        required=False,
        empty_label="All",
    )
    export_module = ModuleField(
        ModulePage.objects.none(), to_field_name="code", label="Module", required=False, empty_label="All"
    )
    drafts = forms.BooleanField(label="Drafts and retired questions too", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.all()
        self.fields["export_module"].queryset = modules()
