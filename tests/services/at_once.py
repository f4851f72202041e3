"""Many connections to PostgreSQL that start together."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, connections

CONNECTIONS = 20


def all_at_once(act: Callable[[Any], Any], rows: Iterable, lines: int = CONNECTIONS) -> list:
    """Return what `act` returned for each of `rows`, shared among so many connections, which start together."""
    together = Barrier(lines)

    def work(part):
        try:
            together.wait(60)
            return [act(row) for row in part]
        finally:
            connections.close_all()

    rows = list(rows)
    with ThreadPoolExecutor(lines) as pool:
        parts = list(pool.map(work, [rows[n::lines] for n in range(lines)]))
    return [found for part in parts for found in part]


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]
