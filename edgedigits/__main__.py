"""`python -m edgedigits`."""

from edgedigits.cli import main

main()
