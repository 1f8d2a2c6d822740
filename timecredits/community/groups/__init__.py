"""Peer groups: what they are, who is in them, who looks after them, their sessions and their boards.

A group stands on an activity whose name gives nothing away; its own name stays inside (docs/adr/0027).
"""
