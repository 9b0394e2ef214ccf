"""The keys by what they are for: a few at a time."""

from __future__ import annotations

TOPICS: dict[str, tuple[str, ...]] = {
    "Run and go back": (
        *("next_epoch", "next_phase", "last_phase", "back", "toggle_run", "change_pace"),
        *("run_epochs", "goto", "first_epoch", "latest_epoch", "breakpoints"),
    ),
    "Change the run": (
        *("scale_rate", "learning_rate", "best_rate", "edit_weight", "setup", "reset", "open"),
        *("app.resume", "restart"),
    ),
    "Backends": ("backend",),
    "Look": ("next_picture", "next_page", "toggle_detail", "toggle_ulps", "toggle_presenter"),
    "Look into pictures": (
        *("toggle_log_x", "toggle_log_y", "move_readout", "drop_readout", "zoom", "pan"),
        *("show_all", "landscape_axes"),
    ),
    "Ask and take away": ("runs", "why", "copy", "export", "help", "app.quit"),
}
"""Topic -> its actions, without what stands in their brackets."""

MORE: dict[str, tuple[tuple[str, str], ...]] = {
    "Look": (
        ("tab", "Move the focus; ↑ ↓, or k and j, scroll what has it; ← → stay back and epoch."),
        ("ctrl+p", "All of this by name, and the themes."),
    ),
}
"""Keys that are Textual's own."""
