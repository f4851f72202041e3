"""The file between its trial run and the editor's yes. It lies in private storage, and only its editor's session knows it."""

import secrets
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

FOLDER = "question-imports"
SESSION_KEY = "question_import"
KEPT_FOR = timedelta(hours=24)


def keep(request, data: bytes, **about) -> None:
    """Keep `data` for this editor in place of an earlier file, and sweep out what others left behind."""
    forget(request)
    _sweep()
    path = storages["private"].save(f"{FOLDER}/{secrets.token_hex(16)}", ContentFile(data))
    request.session[SESSION_KEY] = {"path": path, **about}


def pending(request) -> tuple[bytes, dict] | None:
    """Return the file and what was chosen for it, None if there is none or it lay too long."""
    about = request.session.get(SESSION_KEY)
    if not about:
        return None
    try:
        with storages["private"].open(about["path"]) as file:
            return file.read(), about
    except OSError:
        return None


def forget(request) -> None:
    about = request.session.pop(SESSION_KEY, None)
    if about:
        storages["private"].delete(about["path"])


def _sweep() -> None:
    storage = storages["private"]
    try:
        _, names = storage.listdir(FOLDER)
    except OSError:
        return
    for name in names:
        path = f"{FOLDER}/{name}"
        if storage.get_modified_time(path) < timezone.now() - KEPT_FOR:
            storage.delete(path)
