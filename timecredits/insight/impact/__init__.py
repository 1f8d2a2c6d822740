"""Asking people how they are doing, twice: which questions, whom, sealed answers, what may be told. See docs/impact.md."""
