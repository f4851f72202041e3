"""Renaming a shelf of the bank: the shelves inside it move along."""

from django import forms
from django.db import transaction
from wagtail.admin.forms.models import WagtailAdminModelForm

from quizzes.models import Category
from quizzes.models.bank import SEPARATOR


def _moved(category: Category, name: str) -> dict[int, str]:
    """Return the new names of the parts of `category` (by id) if it were called `name`."""
    parts = category.with_parts().exclude(pk=category.pk)
    return {part.pk: name + part.name.removeprefix(category.name) for part in parts}


def taken_names(category: Category, name: str) -> list[str]:
    """Return the names, of this category and its parts, that other categories have already."""
    moved = _moved(category, name)
    others = Category.objects.exclude(pk__in=[category.pk, *moved])
    return list(others.filter(name__in=[name, *moved.values()]).values_list("name", flat=True))


@transaction.atomic
def rename_category(category: Category, name: str) -> None:
    """Call `category` by `name`, and its parts accordingly. The names must be free: see `taken_names`."""
    moved = _moved(category, name)
    Category.objects.filter(pk=category.pk).update(name=name)
    for pk, part in moved.items():
        Category.objects.filter(pk=pk).update(name=part)


class CategoryForm(WagtailAdminModelForm):
    """In the CMS. Refuses a name that would put a category into itself or upon another."""

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        self.known = Category.objects.filter(pk=self.instance.pk).first()
        if self.known is None or name == self.known.name:
            return name
        if name.startswith(self.known.name + SEPARATOR):
            raise forms.ValidationError("A category cannot be a part of itself.")
        too_long = [n for n in _moved(self.known, name).values() if len(n) > Category.name.field.max_length]
        if too_long:
            raise forms.ValidationError(f"The part “{too_long[0][:60]}…” would have too long a name.")
        if taken := taken_names(self.known, name):
            raise forms.ValidationError(f"There is a category “{taken[0]}” already.")
        return name

    def save(self, commit=True):
        if commit and self.known and self.known.name != self.instance.name:
            rename_category(self.known, self.instance.name)
        return super().save(commit)
