"""What the tools find and somebody has looked at. By tool's rule, file and the line itself: a changed line is looked at anew."""

from typing import NamedTuple

__all__ = ["ACCEPTED", "Accepted"]


class Accepted(NamedTuple):
    """A finding that stands, and why it may."""

    rule: str
    file: str
    line: str
    why: str


_DRAWING = "our own drawing by qr_svg: the rule markup-not-ours sees to it that nothing else is"
_PAGES = "timecredits/web/volunteer/"
_TABLES = "names of tables that the database's own catalog gave, of a database that is the operator's"
_BACKUPS = "timecredits/records/backups/"

ACCEPTED = (
    Accepted("B608", "timecredits/foundation/schema.py", "SELECT version_num FROM", "a table's name, a constant of this file"),
    Accepted("B608", "timecredits/foundation/schema.py", "SELECT oldest_code FROM", "the same table's name"),
    Accepted("B608", "timecredits/foundation/sharding.py", "SELECT '{name}' AS name", _TABLES),
    Accepted("B608", f"{_BACKUPS}postgresql_dump.py", '_ROLE: Final = f"""', "the application's role, a constant"),
    Accepted("B608", f"{_BACKUPS}postgresql_dump.py", 'SELECT count(*) FROM public."{name}"', _TABLES),
    Accepted("B608", f"{_BACKUPS}sqlite_copy.py", 'SELECT count(*) FROM "{name}"', _TABLES),
    Accepted("B704", "timecredits/web/sign_in/set_up.py", "Markup(drawn)", _DRAWING),
    Accepted("B704", f"{_PAGES}code.py", "Markup(qr_svg(", _DRAWING),
    Accepted("B704", f"{_PAGES}helping.py", "Markup(drawn)", _DRAWING),
    Accepted("B704", f"{_PAGES}packs.py", "Markup(qr_svg(", _DRAWING),
    Accepted("B704", f"{_PAGES}passes.py", "Markup(qr_svg(", _DRAWING),
    Accepted("B704", f"{_PAGES}receiving.py", "Markup(drawn)", _DRAWING),
    Accepted("B704", "timecredits/web/wall_code.py", "Markup(drawn)", _DRAWING),
    Accepted(
        "sql-put-together",
        "migrations/versions/0004_every_way_to_use_credits.py",
        "PRAGMA schema_version={version + 1}",
        "a whole number read from the same database; a PRAGMA takes no parameters",
    ),
    Accepted(
        "sql-put-together", "timecredits/foundation/db.py", "PRAGMA query_only=", "one of two words; a PRAGMA takes no parameters"
    ),
    Accepted(
        "secret-compared-plainly",
        "timecredits/commands/key_file_text.py",
        'if secret != before["secrets"].get(number):',
        "two texts of the same file, by whoever owns it: nobody can try",
    ),
    Accepted(
        "secret-compared-plainly",
        "timecredits/foundation/key_file.py",
        "if secret == SAME_AS_SECRET_KEY:",
        "a fixed word of the form of the file, no secret",
    ),
    Accepted("sql-put-together", f"{_BACKUPS}postgresql_dump.py", 'SELECT count(*) FROM public."{name}"', _TABLES),
    Accepted(
        "sql-put-together",
        "timecredits/records/resealing.py",
        """f'DROP TRIGGER "{guard.name}"'""",
        "a trigger's name from the database's own catalog; DDL takes no parameters",
    ),
    Accepted(
        "secret-compared-plainly",
        f"{_BACKUPS}last_line.py",
        "if _digest(content, size - _SEAL).encode() != line[2]:",
        "a sum that tells whether a file is whole; it stands in the file for all to read",
    ),
    Accepted(
        "secret-compared-plainly",
        "timecredits/journey/letters/letter_jobs.py",
        'if digest(url.rpartition("/")[2]) != secret_hash:',
        "whether a stored letter's address is its own; a job asks, nobody waits for the answer",
    ),
    Accepted(
        "leads-where-a-request-says",
        "timecredits/web/survey_views.py",
        'return redirect(desk.href("survey", survey_id=survey.id))',
        "href is url_for with the id of the row; what was sent is in the row, not in the address",
    ),
)
