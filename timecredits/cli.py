"""The `timecredits` command."""

import os
import sys

import click
from flask import Flask

from timecredits.app import NotReadyError, create_app
from timecredits.commands.audit import audit
from timecredits.commands.backup import backup_command, restore_command
from timecredits.commands.backup_checks import verify_command
from timecredits.commands.books import check_books
from timecredits.commands.database import open_engine, owner_url, settings, stop
from timecredits.commands.erasures import erasures
from timecredits.commands.importing import import_hours, import_people
from timecredits.commands.moving import export_programme, import_programme
from timecredits.commands.openapi import openapi
from timecredits.commands.planning import plan_references_command
from timecredits.commands.retention import retention
from timecredits.commands.roll_up import roll_up
from timecredits.commands.second_step import reset_second_step_command
from timecredits.commands.server import Server
from timecredits.commands.setting_up import (
    create_organisation_command,
    create_programme_command,
    create_user_command,
    migrate,
)
from timecredits.commands.shard_plan import shard_plan_command
from timecredits.commands.signing_keys import open_keys, signing_keys_command
from timecredits.commands.worker import worker
from timecredits.demo.books import check_sample_books
from timecredits.demo.people import demo_links
from timecredits.demo.reports import count_sample_reports
from timecredits.demo.sample import make_sample_data
from timecredits.foundation import log_lines, migrating
from timecredits.foundation.db import transaction
from timecredits.web.access import list_routes
from timecredits.web.watching.measures import counting_folder


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Volunteer time credits: an hour given opens an hour."""


@cli.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the application."""
    _serve(host, port, workers)


@cli.command("demo")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--prepare", is_flag=True, help="Make the sample data and stop.")
def demo(port: int, *, prepare: bool) -> None:
    """Run the demo: a database of made-up people, and a link to sign in as each kind of person."""
    if settings()["TIMECREDITS_ENV"] == "production":
        stop("The demo does not run in production. Set TIMECREDITS_ENV=demo, and a database of its own.")
    keyring = open_keys().keyring
    migrating.upgrade(owner_url())
    engine = open_engine()
    base_url = f"http://127.0.0.1:{port}"
    with transaction(engine) as session:
        made = make_sample_data(session, keyring, base_url, tell=click.echo)
    if made:
        count_sample_reports(engine)
        check_sample_books(engine)
    with transaction(engine) as session:
        links = demo_links(session, base_url)
    if not links:
        stop("This database holds real programmes, so the demo leaves it alone. Give DATABASE_URL another one.")
    engine.dispose()
    click.echo("The sample data is made." if made else "The sample data is there already.")
    click.echo("Sign in with one tap:")
    for text, link in links:
        click.echo(f"  {text:<34} {link}")
    if not prepare:
        # A fresh process, because the documents' engine must not have run before the server's workers are forked.
        os.environ.update(TIMECREDITS_ENV="demo", BASE_URL=base_url)
        os.execv(sys.executable, [sys.executable, "-m", "timecredits.cli", "serve", "--port", str(port)])  # noqa: S606


@cli.command("routes")
def routes() -> None:
    """List every address, its methods and the permission it needs."""
    for line in list_routes(_app()):
        click.echo(line)


def _serve(host: str, port: int, workers: int) -> None:
    open_keys()
    open_engine().dispose()  # both before any worker starts
    config = settings()
    log_lines.set_up(*log_lines.settings_of(config))
    click.echo(f"Time Credits is at http://{host}:{port}")
    with counting_folder(wanted=bool(config["METRICS_TOKEN"])):
        make_server(host, port, workers).run()


def make_server(host: str, port: int, workers: int) -> Server:
    """What `serve` runs, not running yet."""
    return Server(_app, host=host, port=port, workers=workers)


def _app() -> Flask:
    open_engine().dispose()  # says in one line what is wrong
    try:
        return create_app()
    except NotReadyError as fault:
        stop(fault)


for command in (
    migrate,
    create_programme_command,
    create_organisation_command,
    create_user_command,
    reset_second_step_command,
    import_people,
    import_hours,
    export_programme,
    import_programme,
    plan_references_command,
    audit,
    backup_command,
    restore_command,
    verify_command,
    check_books,
    erasures,
    openapi,
    retention,
    roll_up,
    shard_plan_command,
    signing_keys_command,
    worker,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line."""
    sys.exit(cli())


if __name__ == "__main__":
    main()
