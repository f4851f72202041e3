"""Scheduled work about licences. Being safe to repeat is the services' job."""

from celery import shared_task

from cascade.deliveries import note_group_deliveries
from cascade.reminders import remind_of_licences


@shared_task
def remind_of_licences_task() -> None:
    """Write 60 and 14 days before a licence ends. Daily."""
    remind_of_licences()


@shared_task
def note_group_deliveries_task() -> None:
    """Note for each trainer of a group, once somebody took part, that they delivered it. Hourly."""
    note_group_deliveries()
