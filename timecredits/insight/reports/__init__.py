"""Reports: counted by a job, decided on what may be shown, and opened to the rows behind each figure. Design: docs/reports.md."""
