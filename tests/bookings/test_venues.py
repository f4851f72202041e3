"""Venues in the CMS."""

import pytest

from accounts.roles import Role
from bookings.models import Venue
from tests.factories.accounts import UserFactory
from tests.factories.bookings import TrainingSessionFactory, VenueFactory

pytestmark = pytest.mark.django_db
LIST = "/cms/snippets/bookings/venue/"


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.PROGRAMME_MANAGER, True), (Role.MODERATOR, True), (Role.EDITOR, False), (Role.TRAINER, False)],
)
def test_managers_and_moderators_keep_the_list_of_venues(client_for, role, may):
    browser = client_for(UserFactory(role=role))
    typed = {
        "name": "Quay Hall",
        "address": "1 Quay Street",
        "area": "Hullbridge",
        "capacity": "40",
        "access_notes": "",
    }

    browser.post(f"{LIST}add/", typed)

    assert list(Venue.objects.values_list("name", "capacity")) == ([("Quay Hall", 40)] if may else [])
    assert ("Quay Hall" in browser.get(LIST).content.decode()) is may


def test_a_venue_with_sessions_stays(client_for):
    venue = VenueFactory()
    TrainingSessionFactory(venue=venue)
    browser = client_for(UserFactory(role=Role.MODERATOR))

    response = browser.post(f"{LIST}delete/{venue.pk}/")

    assert response.status_code in {200, 302}
    assert Venue.objects.filter(pk=venue.pk).exists()


def test_the_search_for_venues_takes_anything(client_for, hostile):
    VenueFactory()

    assert client_for(UserFactory(role=Role.MODERATOR)).get(LIST, {"q": hostile}).status_code == 200
