"""A whole programme out as one file, and in again elsewhere. Its form: docs/moving.md; why it is so: docs/adr/0034."""
