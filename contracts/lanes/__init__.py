"""How an adapter is reached: a Python object, later other ways."""
