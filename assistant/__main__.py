"""`python -m assistant` is the command `dateline`."""

from assistant.cli import main

main()
