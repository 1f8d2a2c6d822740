"""The operator's help for somebody who lost every second step, where nobody else of their place can give it."""

import click

from timecredits.commands.database import open_engine, plainly, stop
from timecredits.foundation.db import transaction
from timecredits.network.second_factor import reset_second_step
from timecredits.network.volunteers import find_by_email


@click.command("reset-second-step")
@click.argument("email")
@plainly
def reset_second_step_command(email: str) -> None:
    """Take the second step from the user with EMAIL, who lost it. They are signed out, and set up a new one the next time.

    Make sure first that it is them who asks: meet them, or ring a number that you knew before.
    """
    with transaction(open_engine()) as session:
        user = find_by_email(session, email.strip().lower())
        if user is None:
            stop("Nobody signs in with this address.")
        had = reset_second_step(session, user.id, actor_id=None)
    click.echo(
        "Done. They set up a new second step the next time they sign in." if had else "They have none. Nothing was changed."
    )
