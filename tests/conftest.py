"""Fixtures for every test. The database is a copy of a migrated template (tests/database.py)."""

import gc
import shutil
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client, TransactionTestCase

from tests.database import database_for_tests
from tests.hostile import HOSTILE


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    database = database_for_tests()
    with django_db_blocker.unblock():
        database.create()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: database.restore())
        yield
    with django_db_blocker.unblock():
        database.destroy()


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits and cached fragments of one test are no business of the next."""
    yield
    forget_cached()


def forget_cached() -> None:
    """Empty our own part of the cache; a shared Redis keeps what others put there."""
    if not django_settings.REDIS_URL:
        cache.clear()
        return
    redis = cache._cache.get_client()
    keys = list(redis.scan_iter(f"{django_settings.CACHES['default']['KEY_PREFIX']}:*"))
    if keys:
        redis.delete(*keys)


@pytest.fixture
def client_for():
    """`client_for(user)` is that person's browser, logged in with a second factor."""

    def build(user=None, **kwargs) -> Client:
        client = Client(**kwargs)
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            session["account_authentication_methods_user"] = str(user.pk)
            session["account_authentication_methods"] = [
                {"method": "password", "at": time.time(), "email": user.email},
                {"method": "mfa", "type": "totp", "at": time.time()},
            ]
            session.save()
        return client

    return build


@pytest.fixture
def no_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE.keys())
def hostile(request) -> str:
    """One string after another that no field or search box may choke on."""
    return request.param


class _Loads(HTMLParser):
    """Collect what a browser would fetch by itself; links that a person may follow are no load."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in {"src", "poster", "data"} or (name == "href" and tag in {"link", "use", "image"}):
                self.found.append(value or "")
            elif name == "srcset":
                self.found += [part.split()[0] for part in (value or "").split(",") if part.split()]


@pytest.fixture
def no_other_hosts():
    """`no_other_hosts(html)` fails when the page would make a browser ask another host for anything."""

    def check(html: str) -> None:
        parser = _Loads()
        parser.feed(html)
        foreign = [address for address in parser.found if urlsplit(address).netloc]
        assert foreign == []

    return check


def pytest_collection_finish(session):
    """What is loaded by now stays to the end: looking through it for garbage took a quarter of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure(config):
    shutil.rmtree(django_settings.MEDIA_ROOT.parent, ignore_errors=True)
