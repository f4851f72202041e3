"""What the CMS does with a question reaches the quizzes: published means ready, unpublished means retired."""

from django.dispatch import receiver
from wagtail.signals import published, unpublished

from quizzes.bank import freeze, retire
from quizzes.models import Item


@receiver(published, sender=Item)
def make_ready(sender, instance, **kwargs):
    """Wagtail tells of a date to come in the same words; until then the question is not live."""
    if instance.live:
        freeze(instance)


@receiver(unpublished, sender=Item)
def make_retired(sender, instance, **kwargs):
    retire(instance)
