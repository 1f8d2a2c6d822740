"""Settings, from the environment. Read by Flask's from_pyfile, never imported.

A wrong or missing one in production stops the start with one line that says which and what to set.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(2)


TIMECREDITS_ENV = os.environ.get("TIMECREDITS_ENV", "development")
if TIMECREDITS_ENV not in {"development", "demo", "production"}:
    _stop("TIMECREDITS_ENV must be development, demo or production.")

_production = TIMECREDITS_ENV == "production"
_DEVELOPMENT_SECRET = "only-for-development-and-demo-0123456789"  # noqa: S105  refused in production just below


def _required(name: str, default: str, hint: str) -> str:
    value = os.environ.get(name, "")
    if not value and _production:
        _stop(f"{name} is not set. Set it to {hint}.")
    return value or default


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or too large
        return False


SECRET_KEY = _required("SECRET_KEY", _DEVELOPMENT_SECRET, "at least 32 random characters")
_SECRET_LENGTH = 32
if _production and (SECRET_KEY == _DEVELOPMENT_SECRET or len(SECRET_KEY) < _SECRET_LENGTH):
    _stop("SECRET_KEY is not safe. Set it to at least 32 random characters.")

DATABASE_URL = _required(
    "DATABASE_URL",
    f"sqlite:///{Path.cwd() / 'instance' / 'timecredits.db'}",
    "the database's address, such as postgresql+psycopg://host/name",
)
MIGRATE_DATABASE_URL = os.environ.get("MIGRATE_DATABASE_URL", "")
# The folder of pg_dump and pg_restore, for backups (docs/backup.md); empty: they are looked for as any command is.
POSTGRESQL_PROGRAMS = os.environ.get("POSTGRESQL_PROGRAMS", "")
BASE_URL = _required("BASE_URL", "http://127.0.0.1:8000", "the address people use, such as https://credits.example.org").rstrip(
    "/"
)
if _production and not BASE_URL.startswith("https://"):
    _stop("BASE_URL must begin with https:// in production.")
TRUSTED_HOSTS = [host for host in os.environ.get("TRUSTED_HOSTS", "").replace(",", " ").split() if host]
PROXY_COUNT = int(os.environ.get("PROXY_COUNT", "0")) if os.environ.get("PROXY_COUNT", "0").isdigit() else -1
if PROXY_COUNT < 0:
    _stop("PROXY_COUNT must be a whole number: how many proxies stand in front.")
# Printing would put sign-in codes into a log, so production names a server.
MAIL_URL = _required("MAIL_URL", "print:", "the mail server, such as smtp://user:password@mail.example.org:587")
if not (_is_mail_server(MAIL_URL) or (MAIL_URL == "print:" and not _production)):
    _stop("MAIL_URL must be smtp:// or smtps:// with a server's name (print: is for trying things out).")
MAIL_SENDER = os.environ.get("MAIL_SENDER", "Time Credits <no-reply@localhost>")
# Texts to phones (docs/adr/0043): empty: none are sent and none are offered.
TEXT_URL = os.environ.get("TEXT_URL", "")
TEXT_TOKEN = os.environ.get("TEXT_TOKEN", "")
if TEXT_URL and not (TEXT_URL.startswith("https://") or (TEXT_URL == "print:" and not _production)):
    _stop("TEXT_URL must be empty or an https:// address (print: is for trying things out).")
# Where a finder of a hole writes to: shown in /.well-known/security.txt; empty: that page is not there.
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", "")
if SECURITY_CONTACT and (not SECURITY_CONTACT.startswith(("https://", "mailto:")) or any(map(str.isspace, SECURITY_CONTACT))):
    _stop("SECURITY_CONTACT must be one address that begins with https:// or mailto:.")
EXIT_URL = os.environ.get("EXIT_URL", "https://www.bbc.co.uk/weather")
JOBS = os.environ.get("JOBS", "here")
if JOBS not in {"here", "worker"}:
    _stop("JOBS must be here (each web process runs jobs) or worker (only `timecredits worker` does).")
_calls = os.environ.get("API_CALLS_A_MINUTE", "300")
API_CALLS_A_MINUTE = int(_calls) if _calls.isdigit() else 0
if API_CALLS_A_MINUTE < 1:
    _stop("API_CALLS_A_MINUTE must be a whole number from 1: how often each key may call the API.")
REDIS_URL = os.environ.get("REDIS_URL", "")
_limits = os.environ.get("OUTER_LIMITS", "on")
if _limits not in {"on", "off"}:
    _stop("OUTER_LIMITS must be on or off: whether each address may send only so many forms in a minute.")
OUTER_LIMITS_ON = _limits == "on"
# A folder outside the database, one file a day (docs/adr/0039); empty: none is written.
WITNESS = os.environ.get("WITNESS", "")
WITNESS_MAIL = os.environ.get("WITNESS_MAIL", "")
if WITNESS and not Path(WITNESS).is_dir():
    _stop("WITNESS must be a folder that is there: each day's heads of what staff did are written into it.")
if WITNESS_MAIL and not WITNESS:
    _stop("WITNESS_MAIL needs WITNESS, the folder of what is sent.")
# A file of keys; who makes the keyring reads it, and stops in the same way when it is wrong (foundation/key_file.py).
SIGNING_KEYS = os.environ.get("SIGNING_KEYS", "")

# What is seen of the service while it runs: docs/watching.md.
LOG_FORMAT = os.environ.get("LOG_FORMAT", "json" if _production else "text")
if LOG_FORMAT not in {"json", "text"}:
    _stop("LOG_FORMAT must be json (to gather) or text (to read).")
LOG_LEVEL = os.environ.get("LOG_LEVEL", "info")
if LOG_LEVEL not in {"debug", "info", "warning", "error"}:
    _stop("LOG_LEVEL must be debug, info, warning or error: from where on the log is written.")
_slow = os.environ.get("SLOW_QUERY_MS", "500")
SLOW_QUERY_MS = int(_slow) if _slow.isdigit() else -1
if SLOW_QUERY_MS < 0:
    _stop("SLOW_QUERY_MS must be a whole number of milliseconds: from where on a query is logged. 0: none is.")
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
if METRICS_TOKEN and (not METRICS_TOKEN.isascii() or any(map(str.isspace, METRICS_TOKEN))):
    _stop("METRICS_TOKEN must be plain letters and numbers without spaces.")
if METRICS_TOKEN and _production and len(METRICS_TOKEN) < _SECRET_LENGTH:
    _stop("METRICS_TOKEN is not safe. Set it to at least 32 random characters.")
# A file that the worker writes after each round, in a folder that is there; empty: none.
WORKER_PULSE = os.environ.get("WORKER_PULSE", "")
if WORKER_PULSE and not Path(WORKER_PULSE).parent.is_dir():
    _stop("WORKER_PULSE must be a file in a folder that is there: the worker writes it after each round.")
SENTRY_DSN = os.environ.get("SENTRY_DSN", "")
OTEL_EXPORTER_OTLP_ENDPOINT = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")

MAX_CONTENT_LENGTH = 3 * 1024 * 1024
MAX_FORM_MEMORY_SIZE = 512 * 1024
MAX_FORM_PARTS = 2000
