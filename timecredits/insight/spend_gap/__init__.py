"""The spend-gap radar: why credits stay unused, seen early, with the next thing to do. Design: docs/radar.md."""
