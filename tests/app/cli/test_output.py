"""Where the command line's output goes: interrupted, piped, closed, full; and never a traceback."""

from __future__ import annotations

import os
import platform
import re
import shlex
import signal
from typing import Any

import pytest

from linreg_core import TrainConfig, Trainer, load_problem
from tests.app.command import check_one_line, program, read_json
from tests.app.driver import Write
from tests.app.terminal import Terminal
from tests.lengths import if_long
from tui.cli.help import HEADINGS
from tui.cli.options import requested_recipe
from tui.cli.program import command_of

# --- Interrupted ----------------------------------------------------------------------------------


BAR = rb"[1-9]\d*/\d+.*epochs"
"""A progress bar that shows that epochs are being run."""


def with_bar(*arguments: str, **more: Any) -> Terminal:
    """The program with a terminal for standard error only, where its progress bar stands."""
    return Terminal("train", *arguments, errors_only=True, **more)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_it_prints_what_was_reached(number: signal.Signals) -> None:
    with with_bar("--epochs", str(10**15), "--json") as running:
        running.until_raw(BAR)
        running.process.send_signal(number)
        code, out = running.end()
        assert code == 128 + number
        assert b"Traceback" not in running.raw
    result = read_json(out)
    assert result["status"] == "interrupted"
    trainer = Trainer(load_problem("article"), TrainConfig())
    trainer.run(result["epochs"])
    assert list(result["weights"].values()) == trainer.snapshot().raw_weights.tolist()


def test_ctrl_c_prints_the_table_too() -> None:
    with with_bar("--epochs", str(10**15)) as running:
        running.until_raw(BAR)
        running.process.send_signal(signal.SIGINT)
        code, out = running.end()
    assert code == 130
    assert "interrupted after " in out


def test_a_hangup_that_is_ignored_stays_ignored() -> None:
    """``nohup linreg-tui train &`` outlives its terminal."""

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with with_bar("--epochs", "300000", "--json", preexec_fn=ignore) as running:
        running.until_raw(BAR)
        running.process.send_signal(signal.SIGHUP)
        code, out = running.end()
    assert code == 0
    assert read_json(out)["epochs"] == 300_000


def test_the_progress_bar_leaves_nothing_behind() -> None:
    with with_bar("--epochs", "200000") as running:
        running.until_raw(BAR)
        code, out = running.end()
        assert code == 0
        assert "done after 200,000 epochs" in out
        assert running.text.strip() == ""
        assert running.switched == {25: True}, "the cursor was hidden, and shows again"


# --- Where output goes ----------------------------------------------------------------------------


def test_there_is_no_bar_without_a_terminal() -> None:
    ended = program("train", "--epochs", "200000")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b" not in ended.stdout


WIDE = (
    "\n".join(",".join(f"{name}{i}" for i in range(3000)) for name in ("f", "1", "2", "5")) + "\n"
)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["train", "--epochs", "5"], 0),
        (["train", "--epochs", "5", "--json"], 0),
        (["train", "{wide}", "--epochs", "1", "--json"], 0),
        (["train", "nowhere.csv", "--json"], 2),
        (["--help"], 0),
    ],
    ids=["table", "json", "more than a pipe holds", "refusal", "help"],
)
@pytest.mark.parametrize("unbuffered", ["1", *if_long([""])])
def test_a_reader_that_has_gone_is_no_fault(
    arguments: list[str], code: int, unbuffered: str, write: Write
) -> None:
    arguments = [argument.format(wide=write(WIDE)) for argument in arguments]
    theirs, ours = os.pipe()
    os.close(theirs)
    ended = program(*arguments, stdout=ours, env={"PYTHONUNBUFFERED": unbuffered})
    os.close(ours)
    assert "Traceback" not in ended.stderr
    assert "fault" not in ended.stderr
    assert "Exception" not in ended.stderr
    assert ended.returncode == code


@pytest.mark.parametrize(("closed", "code"), [(1, 0), (2, 0)], ids=["output", "errors"])
def test_a_closed_stream_is_no_fault(closed: int, code: int) -> None:
    """As ``>&-`` and ``2>&-`` leave it."""
    ended = program("train", "--epochs", "5", preexec_fn=lambda: os.close(closed))
    assert ended.returncode == code
    assert ended.stderr == ""


def test_a_full_disk_is_told_as_what_it_is() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "w") as full:
        ended = program("train", "--epochs", "5", stdout=full)
    assert ended.returncode != 0
    check_one_line(ended.stderr)
    assert "No space left" in ended.stderr
    assert "fault of ours" not in ended.stderr


def test_an_encoding_without_greek_letters_is_no_fault() -> None:
    for arguments in (["train", "--epochs", "5"], ["train", "--help"]):
        ended = program(*arguments, env={"PYTHONIOENCODING": "ascii"})
        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [[], ["article", "--lr", "0.01"]])
def test_without_a_terminal_the_trainer_does_not_open(arguments: list[str]) -> None:
    ended = program(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    check_one_line(ended.stderr)
    assert "linreg-tui train" in ended.stderr


def test_help_names_both_commands() -> None:
    both, alone = program("--help"), program("train", "--help")
    assert (both.returncode, alone.returncode) == (0, 0)
    assert "linreg-tui train" in both.stdout
    assert "--json" in alone.stdout


@pytest.mark.parametrize("command", [[], ["train"], ["explain"]])
def test_help_shows_every_option_once_under_a_heading(command: list[str]) -> None:
    shown = program(*command, "--help").stdout
    shown = shown[shown.index("Data:") :]
    sections = re.findall(r"^(\w[^\n]*):\n((?:  [^\n]*\n)+)", shown, flags=re.MULTILINE)
    options = {
        heading: re.findall(r"^  (--[a-z-]+)", text, flags=re.MULTILINE)
        for heading, text in sections
    }
    assert list(options) == list(dict.fromkeys(HEADINGS.values()))
    columns = ("target", "features", "without", "one-hot", "date", "date-format", "degree")
    assert options["Data"][:7] == [f"--{name}" for name in columns]
    assert {"--rows", "--test-size", "--missing"} <= set(options["Data"])
    assert {"--lr", "--recipe"} <= set(options["Run"])
    assert {"--epochs", "--until"} <= set(options["Stop"])
    assert options["Other"][-1] == "--help"
    every = [option for listed in options.values() for option in listed]
    assert len(every) == len(set(every)) == len(re.findall(r"^  --", shown, flags=re.MULTILINE))


@pytest.mark.parametrize("word", ["", "train", "explain"])
def test_every_example_of_the_help_is_taken(word: str) -> None:
    shown = program(*word.split(), "--help").stdout
    examples = re.findall(r"For example: (linreg-tui.*)", shown)
    assert len(examples) == 5
    for example in examples:
        command = command_of(word)
        words = shlex.split(example)[1 + bool(word) :]
        with command.make_context("linreg-tui", words, resilient_parsing=False):
            assert requested_recipe().epochs >= 0


def test_what_a_bug_report_needs() -> None:
    shown = program("--info")
    assert shown.returncode == 0
    told = dict(line.split(maxsplit=1) for line in shown.stdout.splitlines())
    assert {"linreg-tui", "python", "numpy", "torch", "textual", "processor", "encoding"} <= {*told}
    assert told["python"] == platform.python_version()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("tr", "plain,train"),
        ("art", "plain,article"),
        ("train --exp", "plain,--export-history"),
        ("explain anscombe", "plain,anscombe-1"),
        ("--res", "plain,--resume"),
    ],
)
def test_a_shell_is_told_what_it_could_complete(words: str, offered: str) -> None:
    env = {
        "_LINREG_TUI_COMPLETE": "bash_complete",
        "COMP_WORDS": f"linreg-tui {words}",
        "COMP_CWORD": str(len(words.split())),
    }
    assert offered in program(env=env).stdout.splitlines()
    source = program(env={"_LINREG_TUI_COMPLETE": "bash_source"}).stdout
    assert "complete -o nosort -F" in source


def test_version() -> None:
    ended = program("--version")
    assert ended.returncode == 0
    assert re.fullmatch(r"linreg-tui, version \d+\.\d+\.\d+\n", ended.stdout)
