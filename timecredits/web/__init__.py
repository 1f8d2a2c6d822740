"""How people meet it: one room for each group of people. Rooms never import each other."""
