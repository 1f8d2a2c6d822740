"""Write routes.txt and matrix.txt beside this, and docs/permissions.md, anew: `.venv/bin/python -m tests.house.renew`.."""

import tempfile

from tests.house.matrix import MATRIX, matrix_page
from tests.house.test_routes import PERMISSIONS, ROUTES, permissions_page
from timecredits.app import create_app
from timecredits.foundation import migrating
from timecredits.web.access import list_routes


def main() -> None:
    """Write all three."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/routes.db"
        migrating.upgrade(url)
        app = create_app({"DATABASE_URL": url})
        ROUTES.write_text("".join(f"{line}\n" for line in list_routes(app)))
        MATRIX.write_text(matrix_page(app))
    PERMISSIONS.write_text(permissions_page())


if __name__ == "__main__":
    main()
