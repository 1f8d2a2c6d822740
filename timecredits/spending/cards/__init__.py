"""Cards for people without a phone: made, printed, stopped, made anew; the photo for their check; signing in with one.

A person has one live card in a programme, whichever of their organisations made it; every organisation where they are enrolled
may stop it or make the next. Nobody reads here which organisation that was: where somebody gives time can tell of their health.
"""
