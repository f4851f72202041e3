"""Rules that the database itself keeps: what was issued, recorded or earned under a version is never changed.

Triggers, not Python: a console, another program or a forgotten `save` is refused too. They are put in place after
every migrate, because SQLite rebuilds a table, without its triggers, when a column changes. A data migration that
must touch these rows drops them first. On PostgreSQL rows cannot be deleted either; on SQLite, the set-up for
trying things, deleting stays possible.
"""

from django.db import connections

from certificates.models import ActivityVersion, Certificate, CertificateEvent, TemplateVersion

#: What a document says and how it was made. Erasure may empty those that could name the holder.
FROZEN = (
    "award_id", "edition", "reason", "supersedes_id", "number", "holder_name", "payload", "payload_sha256",
    "template_version_id", "renderer", "unsealed_sha256", "pdf", "size_bytes", "sha256", "key_id", "credential",
    "status_list_id", "status_index", "issued_at",
)  # fmt: skip
ERASABLE = ("holder_name", "payload", "pdf", "credential")


def rules() -> list[tuple[str, str, str]]:
    """Return table, when a change is refused, and what the error says."""
    kept = [name for name in FROZEN if name not in ERASABLE]
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in kept)
    rewritten = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in ERASABLE)
    back = "NEW.state = 'pending' OR (OLD.state = 'revoked' AND NEW.state <> 'revoked')"
    frozen = f"OLD.state <> 'pending' AND ({changed} OR {back} OR (NEW.erased_at IS NULL AND ({rewritten})))"
    return [
        (Certificate._meta.db_table, frozen, "A certificate that was issued cannot be changed"),
        (CertificateEvent._meta.db_table, "TRUE", "What happened to a certificate cannot be rewritten"),
        (ActivityVersion._meta.db_table, "TRUE", "An activity version cannot be changed"),
        (TemplateVersion._meta.db_table, "TRUE", "A version of a template cannot be changed"),
    ]


def install(using: str, **kwargs) -> None:
    """Put the triggers in place. Receiver of post_migrate; a flush between tests sends it too, without a plan."""
    if "plan" not in kwargs:
        return
    connection = connections[using]
    if Certificate._meta.db_table not in connection.introspection.table_names():
        return
    make = {"postgresql": _postgresql, "sqlite": _sqlite}[connection.vendor]
    with connection.cursor() as cursor:
        for table, refused, message in rules():
            for statement in make(table, refused, message):
                cursor.execute(statement)


def _postgresql(table: str, refused: str, message: str) -> list[str]:
    function = f"{table}_frozen"
    body = f"BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        f"CREATE OR REPLACE TRIGGER {table}_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({refused}) EXECUTE FUNCTION {function}()",
        f"CREATE OR REPLACE TRIGGER {table}_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()",
    ]


def _sqlite(table: str, refused: str, message: str) -> list[str]:
    condition = refused.replace("IS DISTINCT FROM", "IS NOT")
    return [
        f"DROP TRIGGER IF EXISTS {table}_update",
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]
