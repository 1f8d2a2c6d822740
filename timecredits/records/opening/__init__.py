"""People and the credits they had before, from a list: read, looked at, added for one organisation, and undone as a whole.

What somebody brings over is one transfer from the programme's opening account. It changes no hours: those that were given before
stand in the person's history elsewhere (journey/elsewhere), or come in as a register.
"""
