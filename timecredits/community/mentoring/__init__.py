"""Mentoring: a project worker matches two people, both agree, they meet, and anybody ends it at any time without a reason."""
