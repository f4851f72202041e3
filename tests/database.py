"""Test databases copied from a template that is migrated once.

Migrating takes seconds; copying takes none. The template is kept between runs under a name made from
the files that shape a fresh database, so a changed model or migration makes a new one.
Tests that commit get a fresh copy afterwards, so that the next test finds the migrated content
(root page, site, groups), which Django's own flush would take away.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

ROOT = Path(__file__).resolve().parent.parent
SHAPED_BY = (
    "*/migrations/*.py", "*/models.py", "*/models/*.py", "*/apps.py", "*/roles.py", "*/signals.py", "*/receivers.py",
    "trainingsite/settings/*.py", "uv.lock", "tests/database.py", "tests/factories/courses.py",
)  # fmt: skip


def fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in SHAPED_BY:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def one_at_a_time():
    """Hold a lock across processes: the first makes the template, the others wait and copy it."""
    with (Path(tempfile.gettempdir()) / f"fairlead-test-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fill() -> None:
    """Migrate, and make the pages that every course and module hangs from: most tests need them."""
    from tests.factories.courses import CourseIndexPageFactory, ModuleLibraryPageFactory

    call_command("migrate", verbosity=0)
    CourseIndexPageFactory()
    ModuleLibraryPageFactory()


def use(name) -> None:
    connection.close()
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = name


class SqliteDatabase:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="fairlead-testdb-"))
        self.file = self.folder / "test.sqlite3"
        self.pristine = self.folder / "pristine.sqlite3"
        self.templates = ROOT / "var" / "test-templates"

    def create(self) -> None:
        self.templates.mkdir(parents=True, exist_ok=True)
        self.template = self.templates / f"{fingerprint()}.sqlite3"
        with one_at_a_time():
            if not self.template.exists():
                for old in self.templates.iterdir():
                    old.unlink()
                draft = self.template.with_suffix(".draft")
                use(draft)
                fill()
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                draft.rename(self.template)
            shutil.copyfile(self.template, self.pristine)
        self.restore()
        use(self.file)

    def restore(self) -> None:
        connection.close()
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.pristine, self.file)

    def destroy(self) -> None:
        connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresDatabase:
    """Every name begins with fairlead_test_: nothing else on the server is touched."""

    prefix = "fairlead_test_"

    def create(self) -> None:
        self.template = f"{self.prefix}{fingerprint()}"
        self.name = f"{self.prefix}run_{os.getpid()}"
        with one_at_a_time():
            names = self.names()
            if self.template not in names:
                self.forget(names)
                self.make_template()
            self.restore()
        use(self.name)

    def make_template(self) -> None:
        draft = f"{self.prefix}draft"
        self.server(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
        self.server(f'CREATE DATABASE "{draft}"')
        use(draft)
        fill()
        connection.close()
        self.server(f'ALTER DATABASE "{draft}" RENAME TO "{self.template}"')

    def forget(self, names: list[str]) -> None:
        """Drop older templates, unless another run may still copy from one."""
        if not any(name.startswith(f"{self.prefix}run_") for name in names):
            for old in names:
                self.server(f'DROP DATABASE "{old}"')

    def restore(self) -> None:
        connection.close()
        self.destroy()
        self.server(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def destroy(self) -> None:
        connection.close()
        self.server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def names(self) -> list[str]:
        return [
            row[0]
            for row in self.server("SELECT datname FROM pg_database WHERE datname LIKE 'fairlead_test_%'")
        ]

    def server(self, statement: str) -> list[tuple]:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def database_for_tests() -> SqliteDatabase | PostgresDatabase:
    return SqliteDatabase() if connection.vendor == "sqlite" else PostgresDatabase()
