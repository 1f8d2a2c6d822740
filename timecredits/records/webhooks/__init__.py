"""Telling other computers of new hours and uses, signed and tried again: docs/webhooks.md, docs/adr/0035."""
