"""Using credits where there is no signal: what a till carries with it, and what becomes of what it saved (docs/adr/0020)."""
