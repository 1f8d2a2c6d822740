"""The JSON API for tills of other makers and for partners' computers, version 1. Described by what it declares itself."""
