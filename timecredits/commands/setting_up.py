"""Commands that start a database, a programme, an organisation, or a user."""

import click
from sqlalchemy.exc import DBAPIError

from timecredits.commands.database import NO_ADDRESS, WRONG_ADDRESS, open_engine, owner_url, plainly, stop
from timecredits.foundation import migrating, schema
from timecredits.foundation.db import transaction
from timecredits.network.models import RoleKind
from timecredits.network.programmes import create_organisation, create_programme, find_organisation, find_programme
from timecredits.network.users import create_user, give_role

_NO_ANSWER = "The database does not answer, or its user may not change it. Check DATABASE_URL and MIGRATE_DATABASE_URL."
_REFUSED = {
    "55P03": "Somebody is using what has to change: a backup, or another migrate. Nothing was changed. Try again in a while.",
    "53100": "The database's disk is full. Nothing was changed. Make room and try again.",
    "42501": "The database's user may not do all of this. Nothing was changed. Set MIGRATE_DATABASE_URL to its owner's address.",
}
"""By PostgreSQL's state: a lock not got in time, a full disk, not allowed."""


@click.command("migrate")
def migrate() -> None:
    """Bring the database up to date, as its owner."""
    try:
        migrating.upgrade(owner_url())
    except migrating.NewerDatabaseError:
        stop("The database is of a newer release already. Nothing was changed.")
    except NO_ADDRESS:
        stop(WRONG_ADDRESS)
    except OSError:
        stop("The folder of the database's file can not be made. Check DATABASE_URL.")
    except DBAPIError as fault:
        stop(_REFUSED.get(getattr(fault.orig, "sqlstate", None) or "", _NO_ANSWER))
    click.echo(f"The database is up to date ({schema.head()}).")


@click.command("create-programme")
@click.argument("name")
@click.option("--slug", required=True, help="Short name, used in commands.")
@plainly
def create_programme_command(name: str, slug: str) -> None:
    """Start a programme called NAME."""
    with transaction(open_engine()) as session:
        programme = create_programme(session, name=name, slug=slug)
        click.echo(f"Programme {programme.number}: {programme.name} ({programme.slug}).")


@click.command("create-organisation")
@click.argument("name")
@click.option("--slug", required=True, help="Short name, used in commands.")
@click.option("--programme", "programme_slug", required=True, help="Short name of its programme.")
@plainly
def create_organisation_command(name: str, slug: str, programme_slug: str) -> None:
    """Take an organisation called NAME into a programme."""
    with transaction(open_engine()) as session:
        programme = find_programme(session, programme_slug)
        organisation = create_organisation(session, programme.id, name=name, slug=slug)
        click.echo(f"{organisation.name} ({organisation.slug}) is in {programme.name}.")


@click.command("create-user")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as it stands under a letter.")
@click.option("--title", default="", help="Their title, as it stands under a letter.")
@click.option("--role", type=click.Choice([kind.value for kind in RoleKind]), required=True)
@click.option("--programme", "programme_slug", help="Short name of the programme (for a programme manager).")
@click.option("--organisation", "organisation_slug", help="Short name of the organisation (for its staff).")
@click.password_option(help="Asked for when not given.")
@plainly
def create_user_command(
    email: str,
    name: str,
    title: str,
    role: str,
    programme_slug: str | None,
    organisation_slug: str | None,
    password: str,
) -> None:
    """Make a member of staff who signs in with EMAIL and a password."""
    kind = RoleKind(role)
    with transaction(open_engine()) as session:
        organisation = None
        if kind in {RoleKind.COORDINATOR, RoleKind.ORGANISATION_OWNER}:
            if organisation_slug is None:
                stop("Say which organisation with --organisation.")
            organisation = find_organisation(session, organisation_slug, programme_slug=programme_slug)
            programme_id = organisation.programme_id
        elif kind is RoleKind.PROGRAMME_MANAGER and programme_slug is not None:
            programme_id = find_programme(session, programme_slug).id
        else:
            stop("Say which programme with --programme. A venue's manager is invited from the venue's page.")
        user = create_user(session, email=email, name=name, password=password)
        give_role(session, programme_id, user.id, kind, title=title, organisation_id=organisation.id if organisation else None)
        click.echo(f"{user.name} can sign in as {email}.")
