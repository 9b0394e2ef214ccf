"""Charts in ASCII alone, for terminals whose font has neither braille nor blocks. Pure."""

from __future__ import annotations

_LOW, _HIGH, _BOTH = "▖▗▄", "▘▝▀", "▌▐█▚▞▙▟▛▜"

ASCII = str.maketrans(
    {
        **dict.fromkeys(_LOW, "."),
        **dict.fromkeys(_HIGH, "'"),
        **dict.fromkeys(_BOTH, ":"),
        **dict.fromkeys("│┊", "|"),
        **dict.fromkeys("─━┈╍", "-"),
        **dict.fromkeys("┤├┼└┘┌┐┬┴", "+"),
        **dict.fromkeys("·⠂", "."),
        "●": "o",
        "◆": "x",
        "▲": "^",
        "○": "o",
        "×": "x",
        "→": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
    }
)
"""What stands for each character that a chart in quarter blocks is drawn with."""
