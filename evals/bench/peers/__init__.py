"""Peers: other packages asked the same questions over the same articles, each in an environment of its own."""
