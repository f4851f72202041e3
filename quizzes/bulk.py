"""What editors do to many questions at once: chosen in the list, confirmed on a page of its own."""

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from wagtail.admin import messages
from wagtail.admin.forms.tags import TagField
from wagtail.admin.widgets import AdminDateInput
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from quizzes.batch import Report, change_each, publish_each, retire_each
from quizzes.editor import REVIEW_AFTER
from quizzes.models import Category, Item
from quizzes.models.bank import QuestionTag
from quizzes.permissions import may_publish_questions, may_write_questions


class QuestionBulkAction(SnippetBulkAction):
    """One action on questions. `change` makes it to a draft of each."""

    models = [Item]
    template_name = "quizzes/cms/bulk.html"
    button = "Change"
    lead = ""

    @classmethod
    def get_queryset(cls, model, object_ids):
        ids = [number for number in object_ids if str(number).isascii() and str(number).isdigit()]
        rows = list(model.objects.filter(pk__in=[number for number in ids if len(str(number)) < 10]))
        if not rows:
            raise Http404
        return rows

    def check_perm(self, item):
        return may_write_questions(self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **kwargs,
            title=self.display_name,
            lead=self.lead,
            button=self.button,
            later=[
                item.code
                for item in self.get_actionable_objects()[0]
                if item.live and item.has_unpublished_changes
            ]
            if self.keeps_drafts
            else [],
        )

    keeps_drafts = True

    def change(self, item: Item, cleaned: dict) -> None:
        raise NotImplementedError

    def carry_out(self, items, cleaned: dict, user) -> Report:
        return change_each(items, lambda item: self.change(item, cleaned), by=user)

    @classmethod
    def execute_action(cls, objects, **kwargs):
        action = kwargs["self"]
        action.report = action.carry_out(objects, action.cleaned_form.cleaned_data, action.request.user)
        return len(objects), 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        told = self.report
        if told.left:
            rows = format_html_join("", "<li>{}: {}.</li>", told.left)
            messages.warning(self.request, format_html("Left as they were: <ul>{}</ul>", rows))
        if told.waiting:
            messages.warning(
                self.request,
                f"Saved as drafts, to be submitted to a moderator: {', '.join(told.waiting)}.",
            )
        if not told.done:
            return None
        what = "1 question" if len(told.done) == 1 else f"{len(told.done)} questions"
        return f"{self.display_name}: done for {what}."


class CategoryForm(forms.Form):
    category = forms.ModelChoiceField(
        Category.objects.all(), required=False, empty_label="None", label="Category"
    )


class SetCategory(QuestionBulkAction):
    display_name = "Set category"
    action_type = "set_category"
    aria_label = "Set the category of the chosen questions"
    form_class = CategoryForm
    action_priority = 10

    def change(self, item, cleaned):
        item.category = cleaned["category"]


class TagsForm(forms.Form):
    tags = TagField(tag_model=QuestionTag, label="Tags to add")


class AddTags(QuestionBulkAction):
    display_name = "Add tags"
    action_type = "add_tags"
    aria_label = "Add tags to the chosen questions"
    form_class = TagsForm
    action_priority = 11

    def change(self, item, cleaned):
        item.tags.add(*cleaned["tags"])


class TagForm(forms.Form):
    tag = forms.ModelChoiceField(QuestionTag.objects.order_by("name"), label="Tag to take away")


class RemoveTag(QuestionBulkAction):
    display_name = "Remove a tag"
    action_type = "remove_tag"
    aria_label = "Remove a tag from the chosen questions"
    form_class = TagForm
    action_priority = 12

    def change(self, item, cleaned):
        item.tags.remove(cleaned["tag"].name)


class DifficultyForm(forms.Form):
    difficulty = forms.ChoiceField(choices=Item.Difficulty)


class SetDifficulty(QuestionBulkAction):
    display_name = "Set difficulty"
    action_type = "set_difficulty"
    aria_label = "Set the difficulty of the chosen questions"
    form_class = DifficultyForm
    action_priority = 13

    def change(self, item, cleaned):
        item.difficulty = cleaned["difficulty"]


class ReviewForm(forms.Form):
    checked_on = forms.DateField(
        label="Last checked on", widget=AdminDateInput, initial=lambda: timezone.localdate()
    )
    review_due_on = forms.DateField(
        label="Next check due on",
        widget=AdminDateInput,
        initial=lambda: timezone.localdate() + REVIEW_AFTER,
    )

    def clean(self):
        cleaned = super().clean()
        checked, due = cleaned.get("checked_on"), cleaned.get("review_due_on")
        if checked and due and due <= checked:
            self.add_error("review_due_on", "The next check comes after the last one.")
        return cleaned


class SetReview(QuestionBulkAction):
    display_name = "Set review dates"
    action_type = "set_review"
    aria_label = "Set the review dates of the chosen questions"
    lead = "Check the source of each before you say so."
    form_class = ReviewForm
    action_priority = 14

    def change(self, item, cleaned):
        item.checked_on, item.review_due_on = cleaned["checked_on"], cleaned["review_due_on"]


class Publish(QuestionBulkAction):
    display_name = "Make ready"
    action_type = "publish"
    aria_label = "Publish the chosen questions"
    lead = "The latest draft of each becomes its ready version, which quizzes draw from now on."
    button = "Make ready"
    action_priority = 20
    keeps_drafts = False

    def check_perm(self, item):
        return may_publish_questions(self.request.user)

    def carry_out(self, items, cleaned, user):
        return publish_each(items, by=user)


class Retire(QuestionBulkAction):
    display_name = "Retire"
    action_type = "retire"
    aria_label = "Retire the chosen questions"
    lead = (
        "No quiz draws them any more. Attempts that have them keep them, and you can make them ready again."
    )
    button = "Retire"
    action_priority = 21
    keeps_drafts = False

    def check_perm(self, item):
        return may_publish_questions(self.request.user)

    def carry_out(self, items, cleaned, user):
        return retire_each(items, by=user)


BULK_ACTIONS = [SetCategory, AddTags, RemoveTag, SetDifficulty, SetReview, Publish, Retire]
