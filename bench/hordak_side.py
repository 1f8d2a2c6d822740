"""The other side of hordak.py: transfers by django-hordak, run with the Python of an environment of its own.

`python bench/hordak_side.py open HOST DATABASE` makes the tables and accounts; without `open` it reads seconds from its standard
input, a line each, posts for so long, and prints how many transfers a second that were.
"""

import random
import sys
import time
from typing import Any

import django  # type: ignore[import-not-found,unused-ignore]  # stands in requirements-bench.txt
from django.conf import settings  # type: ignore[import-not-found,unused-ignore]

VOLUNTEERS = 1000


def main(arguments: list[str]) -> None:
    """Open the books, or post for as long as is asked."""
    opening = arguments[0] == "open"
    host, name = arguments[-2:]
    engine = "django.db.backends.postgresql"
    database = {"ENGINE": engine, "NAME": name, "HOST": host, "USER": "postgres", "CONN_MAX_AGE": None}
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        DEFAULT_CURRENCY="GBP",
        HORDAK_CURRENCIES=["GBP"],
        HORDAK_INTERNAL_CURRENCY="GBP",
    )
    django.setup()
    if opening:
        _open()
    else:
        _post()


def _open() -> None:
    from django.core.management import call_command  # type: ignore[import-not-found,unused-ignore]
    from hordak.models import Account, AccountType  # type: ignore[import-not-found,unused-ignore]

    call_command("migrate", verbosity=0)
    kinds = [AccountType.equity, AccountType.income, *[AccountType.liability] * VOLUNTEERS]
    for number, kind in enumerate(kinds):
        Account.objects.create(name=f"Account {number}", code=str(number), type=kind, currencies=["GBP"])


def _post() -> None:
    from hordak.models import Account, AccountType

    organisation, venue = (Account.objects.get(type=kind) for kind in (AccountType.equity, AccountType.income))
    volunteers = list(Account.objects.filter(type=AccountType.liability))
    _for_so_long(1.0, organisation, venue, volunteers)
    print("ready", flush=True)
    for line in sys.stdin:
        print(_for_so_long(float(line), organisation, venue, volunteers), flush=True)


def _for_so_long(seconds: float, organisation: Any, venue: Any, volunteers: list[Any]) -> float:
    from django.db import transaction  # type: ignore[import-not-found,unused-ignore]
    from djmoney.money import Money  # type: ignore[import-not-found,unused-ignore]

    begin, count = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        volunteer = random.choice(volunteers)  # noqa: S311  a load, not a secret
        with transaction.atomic():  # its legs are checked when the transaction ends
            if random.random() < 0.5:  # noqa: S311, PLR2004
                organisation.transfer_to(volunteer, Money(60, "GBP"))
            else:
                volunteer.transfer_to(venue, Money(60, "GBP"))
        count += 1
    return count / (time.perf_counter() - begin)


if __name__ == "__main__":
    main(sys.argv[1:])
