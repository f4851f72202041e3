"""A Redis cache that outlives Redis: pages go on while it is away, and nothing stale comes back with it."""

import logging
import time
from typing import ClassVar

from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

#: How long a process leaves Redis alone after a failure, so that no page waits for it again and again.
AWAY_SECONDS = 5


class FallbackClient(RedisCacheClient):
    """Asks Redis; while that is away, asks the memory of this process, or with `memory=False` knows nothing.

    With memory, rate limits hold for each process: weaker, never off. Without it, sessions are read from the
    database, where all processes see the same. Keys written meanwhile are deleted when Redis returns: what it
    held of them is out of date.
    """

    # Django makes one client for each thread; all of a process share what they know of Redis.
    _away_until = 0.0
    _written: ClassVar[set[str]] = set()

    def __init__(self, servers, memory=True, **options):
        super().__init__(servers, **options)
        self._meanwhile = LocMemCache("while-redis-is-away", {}) if memory else DummyCache("", {})

    def _ask(self, name, keys, *args):
        if time.monotonic() >= self._away_until:
            try:
                self._welcome_back()
                return getattr(super(), name)(*args)
            except (RedisError, OSError) as error:
                if not self._away_until:
                    logger.warning("Redis is away: %s", type(error).__name__)
                FallbackClient._away_until = time.monotonic() + AWAY_SECONDS
        self._written.update(keys)
        return getattr(self._meanwhile, name)(*args)

    def _welcome_back(self):
        if not self._away_until:
            return
        written = set(self._written)
        if written:
            super().delete_many(written)
        self._written.difference_update(written)
        LocMemCache("while-redis-is-away", {}).clear()
        FallbackClient._away_until = 0.0

    def add(self, key, value, timeout):
        return self._ask("add", [key], key, value, timeout)

    def get(self, key, default):
        return self._ask("get", [], key, default)

    def set(self, key, value, timeout):
        return self._ask("set", [key], key, value, timeout)

    def touch(self, key, timeout):
        return self._ask("touch", [key], key, timeout)

    def delete(self, key):
        return self._ask("delete", [key], key)

    def get_many(self, keys):
        return self._ask("get_many", [], keys)

    def has_key(self, key):
        return self._ask("has_key", [], key)

    def incr(self, key, delta):
        return self._ask("incr", [key], key, delta)

    def set_many(self, data, timeout):
        return self._ask("set_many", list(data), data, timeout)

    def delete_many(self, keys):
        keys = list(keys)
        return self._ask("delete_many", keys, keys)

    def clear(self):
        return self._ask("clear", [])


class FallbackRedisCache(RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = FallbackClient
