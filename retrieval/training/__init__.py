"""How the weights were made. Needs the `train` extra; nothing here is imported at run time."""
