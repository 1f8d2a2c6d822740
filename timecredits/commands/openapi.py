"""`timecredits openapi`: the description of the API, the same as /api/v1/openapi.json serves."""

import click

from timecredits.web.api import routes
from timecredits.web.api.describing import printed

__all__ = ["openapi", "routes"]


@click.command("openapi")
def openapi() -> None:
    """Print the API's description (OpenAPI 3.1)."""
    click.echo(printed().decode(), nl=False)
