"""The whole database as one file, and a database of that file again. How to use it: docs/backup.md; why so: docs/adr/0044."""
