"""Counting what the reports are made of, up to a watermark, always anew from the records. Design: docs/reports.md."""
