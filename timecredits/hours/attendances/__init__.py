"""Signing in and out where people help: kiosks, the code on the wall, forgotten sign-outs."""
