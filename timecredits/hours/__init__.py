"""Time given: what there is to help with, who means to come, who came, and what counts as evidence.

Here at the top: activities, and recording, earning and correcting hours by one set of rules. Around it, one standing on another
(checked by import-linter): history; planning (sessions and sign-ups); register; importing, self_logged and attendances (ways
in which hours come). imports/ only reads files.
"""
