"""The environment, typed and checked once: a bad value stops the start with one clear line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ

env = environ.Env()


def stop(name: str, why: str) -> NoReturn:
    """End the process naming the setting; never prints the value, which may be a secret."""
    sys.exit(f"Setting {name}: {why}")


def read(name: str, parse: Callable[..., Any], default: Any, why: str) -> Any:
    """Return setting `name` parsed by `parse`, or `default` when it is unset or empty."""
    if not env.str(name, default=""):
        return default
    try:
        return parse(name)
    except Exception:
        stop(name, why)


def boolean(name: str, default: bool) -> bool:
    spellings = {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }
    return read(name, lambda name: spellings[env.str(name).lower()], default, "use true or false")


def integer(name: str, default: int) -> int:
    return read(name, env.int, default, "use a whole number")


def between(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number within both limits."""
    value = integer(name, default)
    if not least <= value <= most:
        stop(name, f"use a whole number from {least} to {most}")
    return value


def words(name: str, default: list[str]) -> list[str]:
    return read(name, env.list, default, "use words separated by commas")


def text(name: str, default: str = "") -> str:
    return env.str(name, default="") or default


def address(name: str, default: str) -> str:
    """Return an http(s) address without a trailing slash."""
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        stop(name, "use a full address such as https://training.example")
    return value.rstrip("/")


def optional_address(name: str) -> str:
    """Return an http(s) address as it was given, or an empty text when it is unset."""
    value = text(name)
    return value and address(name, value) and value


def file(name: str) -> Path | None:
    """Return the path of a file that this process may read, or None when the variable is unset."""
    value = text(name)
    if value and not os.access(value, os.R_OK):
        stop(name, "use the path of a file that this process may read")
    return Path(value) if value else None


def require_signing_files(key: Path | None, certificate: Path | None, chain: Path | None) -> None:
    """Stop the start unless the seal's key, certificate and chain belong together, or none of them is given."""
    if not (key or certificate or chain):
        return
    for name, given in (("SIGNING_KEY_FILE", key), ("SIGNING_CERT_FILE", certificate)):
        if not given:
            stop(name, "SIGNING_KEY_FILE and SIGNING_CERT_FILE go together: set both or neither")
    from trainingsite.lib.signingfiles import BadKeyFile, read_signing_files  # noqa: PLC0415 -- seldom needed, slow

    try:
        read_signing_files(key, certificate, chain)
    except BadKeyFile as problem:
        stop(problem.setting, str(problem))


def database(name: str, base_dir: Path) -> dict[str, Any]:
    """Return Django's database settings; SQLite in `base_dir`/var when the variable is unset."""
    if not env.str(name, default=""):
        (base_dir / "var").mkdir(exist_ok=True)
        return sqlite(base_dir / "var" / "fairlead.sqlite3")
    config = read(name, env.db_url, None, "use an address such as postgres://user:password@host:5432/name")
    if config["ENGINE"].endswith("sqlite3"):
        return sqlite(Path(config["NAME"]))
    if not config["ENGINE"].endswith("postgresql"):
        stop(name, "use PostgreSQL (postgres://…) or SQLite (sqlite:///…)")
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    return config


def sqlite(path: Path) -> dict[str, Any]:
    """WAL lets readers work while one writes; IMMEDIATE makes writers queue instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def email(name: str, base_dir: Path) -> dict[str, Any]:
    """Return Django's EMAIL_* settings; files in `base_dir`/var/mail when the variable is unset."""
    if not env.str(name, default=""):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(base_dir / "var" / "mail"),
        }
    return read(name, env.email_url, None, "use an address such as smtp+tls://user:password@host:587")


def storage(name: str, base_dir: Path) -> dict[str, Any]:
    """Return the default file storage; `base_dir`/var/media when the variable is unset.

    s3://bucket or s3://host:port/bucket; credentials come from the usual AWS variables.
    """
    value = text(name)
    if not value:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(value)
    if parts.scheme == "file" and parts.path:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": parts.path}}
    if parts.scheme != "s3" or not parts.netloc:
        stop(name, "use s3://bucket, s3://host:port/bucket or file:///folder")
    bucket = parts.path.strip("/") or parts.netloc
    options: dict[str, Any] = {"bucket_name": bucket, "default_acl": None, "querystring_auth": True}
    if parts.path.strip("/"):
        options["endpoint_url"] = f"https://{parts.netloc}"
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def key_file(name: str, default: Path) -> Path:
    """Return where a key is; one that is named must be there. The default is made on first use."""
    return file(name) or default


def redis(name: str) -> str:
    """Return the Redis address, or an empty text when everything runs in process."""
    value = text(name)
    if value and urlsplit(value).scheme not in {"redis", "rediss"}:
        stop(name, "use an address such as redis://host:6379/0")
    return value
