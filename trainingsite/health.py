"""Liveness and readiness for load balancers."""

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpResponse


def healthz(request):
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis():
    """Ask Redis itself: the cache answers from memory while Redis is away."""
    with redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as server:
        server.ping()


def readyz(request):
    """One line a dependency; 503 while any of them is away."""
    checks = {"database": _database} | ({"redis": _redis} if settings.REDIS_URL else {})
    lines, status = [], 200
    for name, check in checks.items():
        try:
            check()
            lines.append(f"{name}: ok")
        except Exception:  # whatever it is, this dependency is not ready
            lines.append(f"{name}: away")
            status = 503
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", status=status)
