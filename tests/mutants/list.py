"""The guards of design/trust.md, each with the change that takes it out and the tests that must then fail.

`old` stands exactly once in its file (tests/mutants/test_list.py), so that the list can't fall behind the code unnoticed.
"""

from dataclasses import dataclass

__all__ = ["MUTANTS", "Mutant"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One guard taken out: `old` becomes `new` in `file`; at least one of `tests` must fail."""

    guard: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


_NEXT = ("tests/web/sign_in/test_next_page.py",)
_APART = ("tests/community/test_apart_everywhere.py",)
_LINKS = ("tests/foundation/test_link_hash.py", "tests/foundation/test_audit_chain.py")
_KEY_TESTS = ("tests/network/test_passkeys.py::test_whatever_is_wrong_with_it_is_refused",)
_KEY_CHALLENGE = "            expected_challenge=challenge,\n"
_KEY_ORIGIN = (
    "            expected_rp_id=site.rp_id,\n            expected_origin=site.origin,\n"
    "            credential_public_key=key.public_key,\n"
)

MUTANTS = (
    Mutant(
        "permission: an owner's page for every coordinator",
        "timecredits/network/permissions.py",
        '"An organisation\'s owner says who works there.", _OWNERS)',
        '"An organisation\'s owner says who works there.", _ORGANISATION)',
        ("tests/web/coordinator/test_staff.py::test_a_coordinator_sees_who_works_here_and_keeps_nothing",),
    ),
    Mutant(
        "permission: nobody asks whether somebody may",
        "timecredits/web/access.py",
        "    if g.actor.may(permission):\n",
        "    if True:\n",
        ("tests/web/coordinator/test_staff.py::test_a_coordinator_sees_who_works_here_and_keeps_nothing",),
    ),
    Mutant(
        "permission: a key without its scope",
        "timecredits/web/api/declaring.py",
        "if declared.scope and declared.scope not in actor().scopes and actor().kind is ActorKind.PARTNER:",
        "if False:",
        ("tests/web/api/test_keys.py::test_a_key_is_good_for_its_scopes_and_nothing_else",),
    ),
    Mutant(
        "scope filter: another owner's row",
        "timecredits/network/scope.py",
        "return _one(session, select(model).filter_by(programme_id=programme_id, id=row_id, **owner))",
        "return _one(session, select(model).filter_by(programme_id=programme_id, id=row_id))",
        ("tests/web/coordinator/test_imports.py::test_another_organisations_register_is_as_missing_as_one_that_never_was",),
    ),
    Mutant(
        "scope filter: another programme's transfer",
        "timecredits/ledger/transfers.py",
        "select(_table).where(_table.c.programme_id == programme_id, _table.c.id == transfer_id),\n    ).one_or_none()",
        "select(_table).where(_table.c.id == transfer_id),\n    ).one_or_none()",
        ("tests/ledger/test_told_apart.py",),
    ),
    Mutant(
        "floor: accounts open without one",
        "timecredits/ledger/transfers.py",
        "floor = 0 if kind in FLOORED else None",
        "floor = None",
        ("tests/ledger/test_transfers.py::test_earning_and_using_move_the_kept_balance",),
    ),
    Mutant(
        "idempotency key: another id at every send",
        "timecredits/spending/redemption.py",
        "return uuid5(till.till_id, str(sent_id))",
        "return uuid5(till.till_id, str(sent_id) + str(clock.now().timestamp()) + str(id(object())))",
        ("tests/spending/test_redemption.py::test_a_lost_answer_is_told_again_and_credits_moved_once",),
    ),
    Mutant(
        "idempotency key: another body under the same id",
        "timecredits/spending/redemption.py",
        "if kept.body_hash != request.body_hash():",
        "if False:",
        ("tests/spending/test_redemption.py::test_the_same_id_with_another_body_is_a_conflict",),
    ),
    Mutant(
        "idempotency key: a taken id is not compared",
        "timecredits/ledger/transfers.py",
        "return Posting.ALREADY if tuple(stored) == wanted else Posting.CONFLICT",
        "return Posting.ALREADY if wanted else Posting.CONFLICT",
        ("tests/ledger/test_transfers.py::test_another_movement_under_the_same_id_is_a_conflict_and_moves_nothing",),
    ),
    Mutant(
        "MAC check: of live codes and cards",
        "timecredits/spending/codes.py",
        "return key is not None and hmac.compare_digest(_mac(key, body, len(mac)), mac)",
        "return key is not None",
        ("tests/spending/test_codes.py::test_any_change_of_one_character_is_refused",),
    ),
    Mutant(
        "MAC check: the signature of notes",
        "timecredits/spending/codes.py",
        "    except InvalidSignature:\n        return False\n",
        "    except InvalidSignature:\n        return True\n",
        ("tests/spending/test_codes.py::test_twenty_thousand_mutated_codes_are_none_of_ours",),
    ),
    Mutant(
        "one spelling of a code",
        "timecredits/spending/codes.py",
        "if _text(content) != text or content[0] >> 5",
        "if content[0] >> 5",
        ("tests/spending/test_codes.py::test_another_spelling_is_refused",),
    ),
    Mutant(
        "time: a code that is too old",
        "timecredits/spending/showing.py",
        "if shown.kind is CodeKind.LIVE and not is_in_time(shown.step, now):",
        "if False:",
        ("tests/spending/test_redemption.py::test_an_old_code_is_too_old_and_a_wrong_clock_is_named",),
    ),
    Mutant(
        "single use: a code that was spent",
        "timecredits/spending/taking.py",
        "return None if result.rowcount == 1 else _used_before(session, taking, [shown.step])\n",
        "return None\n",
        ("tests/spending/test_redemption.py::test_a_spent_code_is_said_to_be_used",),
    ),
    Mutant(
        "tries: typed codes at a till",
        "timecredits/spending/showing.py",
        "if count_of(session, subject, within=MISSES_WITHIN) >= MOST_MISSES:",
        "if False:",
        ("tests/spending/test_redemption.py::test_five_wrong_typed_codes_pause_typing_but_not_scanning",),
    ),
    Mutant(
        "escape in CSV",
        "timecredits/foundation/csv_text.py",
        """return f"'{text}" if cell.startswith(_RUNS_AS_FORMULA) or begins.startswith(_RUNS_AS_FORMULA) else text""",
        "return text",
        ("tests/foundation/test_csv_text.py",),
    ),
    Mutant(
        "CSRF: the mark in forms",
        "timecredits/app.py",
        "    CSRFProtect(app)\n",
        '    app.config["WTF_CSRF_CHECK_DEFAULT"] = False\n    CSRFProtect(app)\n',
        ("tests/web/sign_in/test_email_code.py::test_without_the_forms_mark_nothing_is_sent",),
    ),
    Mutant(
        "CSRF: where a form comes from",
        "timecredits/web/same_site.py",
        "return None if may_be_ours() else page(400, _WORDS)",
        "return None",
        ("tests/web/test_csrf.py::test_a_form_from_elsewhere_is_turned_away_with_the_right_mark_too",),
    ),
    Mutant(
        "tries: of an emailed code",
        "timecredits/network/email_codes.py",
        "            EmailCode.tries < MOST_TRIES,\n",
        "",
        ("tests/network/test_email_codes.py::test_five_wrong_tries_end_a_code",),
    ),
    Mutant(
        "tries: asking for codes",
        "timecredits/network/email_codes.py",
        "if count_try(session, whose, within=ASKING_WITHIN) > MOST_ASKED:",
        "if False:",
        ("tests/network/test_email_codes.py::test_asking_too_often_pauses_this_address_only_and_only_for_a_while",),
    ),
    Mutant(
        "tries: passwords",
        "timecredits/network/passwords.py",
        "if count_try(session, whose, within=WITHIN) > MOST_FOR_ONE:",
        "if False:",
        ("tests/network/test_passwords.py::test_ten_tries_then_a_pause_known_or_not",),
    ),
    Mutant(
        "second use of a one-time code",
        "timecredits/network/email_codes.py",
        "        .where(EmailCode.id == code_id, EmailCode.used_at.is_(None))\n        .values(used_at=clock.now())\n",
        "        .where(EmailCode.id == code_id, EmailCode.used_at.is_(None))\n        .values(used_at=None)\n",
        ("tests/network/test_email_codes.py::test_the_code_fits_once_in_the_browser_that_asked",),
    ),
    Mutant(
        "a one-time code only in the browser that asked",
        "timecredits/network/email_codes.py",
        "            EmailCode.browser_hash == digest(browser),\n",
        "",
        ("tests/network/test_email_codes.py::test_the_code_fits_once_in_the_browser_that_asked",),
    ),
    Mutant(
        "staff never by an emailed code",
        "timecredits/web/sign_in/door.py",
        "return way in _BOTH_WAYS or capacity.kind is ActorKind.VOLUNTEER",
        "return True",
        ("tests/web/sign_in/test_password.py::test_no_one_step_opens_a_staff_role",),
    ),
    Mutant(
        "organisations on hold",
        "timecredits/web/access.py",
        "return who.is_on_hold and view.permission.allowed != EVERYBODY and view.permission not in _ON_HOLD_TOO",
        "return False",
        ("tests/web/test_on_hold.py::test_every_change_is_refused_and_nothing_is_written",),
    ),
    Mutant(
        "credits that are frozen",
        "timecredits/spending/showing.py",
        "    if shown.is_frozen:\n",
        "    if False:\n",
        ("tests/spending/test_ways.py",),
    ),
    Mutant(
        "people kept apart: the other side of a pair",
        "timecredits/network/blocks.py",
        'select(Block.volunteer_id.label("id")).where(*in_force, Block.other_id == volunteer_id),',
        'select(Block.volunteer_id.label("id")).where(*in_force, Block.other_id == volunteer_id, Block.id.is_(None)),',
        _APART,
    ),
    Mutant(
        "people kept apart: in every list",
        "timecredits/network/blocks.py",
        "return or_(column.is_(None), column.not_in(_apart_ids(programme_id, volunteer_id)))",
        "return or_(column.is_(None), column.is_not(None))",
        _APART,
    ),
    Mutant(
        "append only: links and seals",
        "migrations/versions/0008_trust.py",
        "BEGIN SELECT RAISE(ABORT, '{table} is kept as it was written'); END",
        "BEGIN SELECT 1; END",
        ("tests/migrations/test_kept_as_written.py",),
    ),
    Mutant(
        "nothing personal is kept by caches",
        "timecredits/web/headers.py",
        'headers["Cache-Control"] = "no-store"',
        'headers["Cache-Control"] = "private"',
        ("tests/web/public/test_pages.py::test_one_tap_and_out",),
    ),
    Mutant(
        "next page: only paths of ours",
        "timecredits/web/sign_in/next_page.py",
        "if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):",
        "if not _QUERY.fullmatch(query):",
        _NEXT,
    ),
    Mutant(
        "next page: never a page that acts",
        "timecredits/web/sign_in/next_page.py",
        "return wanted if _endpoint(path) not in {None, *_NEVER} else None",
        "return wanted if _endpoint(path) is not None else None",
        _NEXT,
    ),
    Mutant(
        "second use of a code of an app",
        "timecredits/network/authenticator.py",
        ".where(AuthenticatorApp.id == app.id, AuthenticatorApp.last_step < step)",
        ".where(AuthenticatorApp.id == app.id)",
        ("tests/web/sign_in/test_second_step.py::test_a_code_is_good_once_and_no_older_one_is_taken_after_it",),
    ),
    Mutant(
        "second use of a recovery code",
        "timecredits/network/recovery_codes.py",
        ".values(used_at=clock.now())",
        ".values(used_at=None)",
        ("tests/web/sign_in/test_second_step.py::test_a_recovery_code_lets_one_in_once",),
    ),
    Mutant(
        "second use of a slip",
        "timecredits/network/slips.py",
        ".values(used_at=now)",
        ".values(used_at=None)",
        ("tests/network/test_slips.py::test_it_is_good_once_however_it_is_typed",),
    ),
    Mutant(
        "passkey: whose challenge it answers",
        "timecredits/network/passkeys.py",
        _KEY_CHALLENGE + _KEY_ORIGIN,
        "            expected_challenge=webauthn.helpers.parse_client_data_json(shown.response.client_data_json).challenge,\n"
        + _KEY_ORIGIN,
        _KEY_TESTS,
    ),
    Mutant(
        "passkey: for which site it answers",
        "timecredits/network/passkeys.py",
        _KEY_CHALLENGE + _KEY_ORIGIN,
        _KEY_CHALLENGE
        + _KEY_ORIGIN.replace("site.origin", "webauthn.helpers.parse_client_data_json(shown.response.client_data_json).origin"),
        _KEY_TESTS,
    ),
    Mutant(
        "fresh sign-in: what matters asks again",
        "timecredits/web/freshness.py",
        "return sign_in_id is None or proved_within(db.session(), sign_in_id, FRESH_FOR)",
        "return True",
        ("tests/web/sign_in/test_keeping.py::test_what_matters_asks_again_after_a_quarter_of_an_hour",),
    ),
    Mutant(
        "audit link: what was done",
        "timecredits/foundation/audit_chain.py",
        "len(words).to_bytes(4), words]",
        "len(words).to_bytes(4)]",
        _LINKS,
    ),
    Mutant(
        "audit link: the one before",
        "timecredits/foundation/audit_chain.py",
        "parts = [_FORM, before, number.to_bytes(8)",
        "parts = [_FORM, number.to_bytes(8)",
        _LINKS,
    ),
    Mutant(
        "seal: what the transfers say",
        "timecredits/ledger/seals.py",
        "if seal.hash != expected or seal.transfers != count:",
        "if seal.transfers != count:",
        ("tests/ledger/test_seals.py::test_a_changed_transfer_is_found",),
    ),
)
