"""``python -m tui``: as ``linreg-tui``. The engine's process imports this again, and no more."""

from tui.entry import main

if __name__ == "__main__":
    main()
