"""`python -m bot` is `factline`."""

from bot.cli import main

if __name__ == "__main__":
    main()
