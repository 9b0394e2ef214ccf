"""What a shell completes: commands, options, built-in problems, files.

Bash: eval "$(_LINREG_TUI_COMPLETE=bash_source linreg-tui)"; zsh and fish likewise.
"""

from __future__ import annotations

from collections.abc import Mapping

import click
from click.shell_completion import CompletionItem, shell_complete

from tui.cli.options import data_offered


class AllCommands(click.Group):
    """All commands as one, for completion only: the program itself looks at its first word."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer commands and options, and what DATA may be."""
        offered = super().shell_complete(ctx, incomplete)
        is_option = incomplete.startswith("-")
        return offered if is_option else offered + data_offered(None, None, incomplete)


def complete(first: click.Command, others: Mapping[str, click.Command], instruction: str) -> int:
    """Answer a shell, and give the exit code.

    Args:
        first: the command without a word.
        others: the others by their words.
        instruction: what the variable says.
    """
    options = [param for param in first.params if isinstance(param, click.Option)]
    group = AllCommands("linreg-tui", commands=dict(others), params=options)
    return shell_complete(group, {}, "linreg-tui", "_LINREG_TUI_COMPLETE", instruction)
