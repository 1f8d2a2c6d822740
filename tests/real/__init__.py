"""Real parts for tests: a PostgreSQL server, a browser, a camera, a mail server and the served application."""
