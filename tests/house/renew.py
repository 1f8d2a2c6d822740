"""Write tests/house/routes.txt and docs/permissions.md anew: `.venv/bin/python -m tests.house.renew`. Read the difference."""

import tempfile

from tests.house.test_routes import PERMISSIONS, ROUTES, permissions_page
from timecredits.app import create_app
from timecredits.foundation import migrating
from timecredits.web.access import list_routes


def main() -> None:
    """Write both."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/routes.db"
        migrating.upgrade(url)
        ROUTES.write_text("".join(f"{line}\n" for line in list_routes(create_app({"DATABASE_URL": url}))))
    PERMISSIONS.write_text(permissions_page())


if __name__ == "__main__":
    main()
