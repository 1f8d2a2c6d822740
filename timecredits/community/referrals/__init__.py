"""Asking to be in touch: for oneself, for somebody who agreed, or by phone; what staff do next, and what came of it.

`asking` keeps what is being typed, `sending` hands it to an organisation, `stages` says where it stands, `queue` shows what
waits, `converting` makes a volunteer or group member of it, `passing_on` is for those who didn't know whom to ask.
"""
