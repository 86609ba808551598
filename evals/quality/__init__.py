"""How good it is, beside its own parts switched off, public data and its peers: `make bench-quality`."""
