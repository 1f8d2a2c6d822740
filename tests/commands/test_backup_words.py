"""What PostgreSQL's programs said when something was wrong, as they said it, and what is said of it."""

import pytest

from timecredits.records.backups.postgresql_dump import _meaning

OLDER = """pg_dump: error: aborting because of server version mismatch
pg_dump: detail: server version: 18.1; pg_dump version: 15.18 (Debian 15.18-0+deb12u1)
"""
FULL = "pg_dump: error: could not write to output file: No space left on device\n"
TWICE = """pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 3811; 0 17011 TABLE DATA volunteer postgres
pg_restore: error: COPY failed for table "volunteer": ERROR:  duplicate key value violates unique constraint
DETAIL:  Key (programme_id, id)=(01a2, 01a3) already exists.
CONTEXT:  COPY volunteer, line 1: "Siân O'Neill"
"""


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (OLDER, "pg_dump is older than the server. Set POSTGRESQL_PROGRAMS to the folder of newer programs."),
        (
            "pg_restore: error: unsupported version (1.16) in file header\n",
            "pg_restore is older than what made the backup. Set POSTGRESQL_PROGRAMS to the folder of newer ones.",
        ),
        (FULL, "There is no room left on the disk."),
        (
            'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "volunteer"\n',
            "The database's user may not do all of this. Set MIGRATE_DATABASE_URL to its owner's address.",
        ),
        (TWICE, 'pg_restore said no: COPY failed for table "volunteer": ERROR:  duplicate key value violates unique constraint.'),
        ("", "pg_restore said no: it ended with -9."),
    ],
)
def test_it_is_one_sentence_and_quotes_no_row(said: str, sentence: str) -> None:
    assert _meaning(said, "pg_restore said no: {0}", ended=-9) == sentence
