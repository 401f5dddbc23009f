"""`python -m bot` is the console script `signaltree`."""

from bot.cli import main

main()
