"""Recipes, conditions and options by chance: read or refused in one line, whatever they hold."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest

from linreg_core import LinregError, parse_breakpoints, read_recipe
from linreg_core.errors import ExpressionError
from linreg_core.output.recipes.toml_schema import KEYS
from linreg_core.timeline.breakpoints import GRAMMAR, MOST_CONDITIONS
from tests.app.command import Capture, check_one_line, command, read_json
from tests.attack.fuzzing import ERROR_CHARACTERS, PATIENCE, Tally, changed, check_refusal
from tui.cli.without_screen import train_command

VALUES = (
    *("0", "1", "-1", "3", "100", "true", "false", '""', '"auto"', '"nn"', '"article"', "[]"),
    *("1.5", "-0.0", "1e-3", "1e400", "nan", "-inf", "1_000", "0x10", "0b1", "0o7", "01", "+5"),
    *(str(2**63 - 1), str(2**63), str(-(2**63) - 1), "9" * 400, "9" * 5000, "-" + "9" * 5000),
    *("0x" + "f" * 4000, "0b" + "1" * 20_000, "0o" + "7" * 9000, "1e" + "9" * 5000),
    *('["a", "b"]', "[1, 2]", "[" * 50 + "]" * 50, "[0x" + "f" * 4000 + "]", '["a", 1]'),
    *("{}", "{a = 1}", "{a = 0x" + "f" * 4000 + "}", "{a.b.c = [1]}", "1979-05-27", "07:32:00"),
    *("'x'", '"\\u0000"', '"\\u202e"', '"\\x1b"', '"٣"', "٣", '"x" "y"', '"""a\nb"""', "'''"),
    *('"' + "x" * 5000 + '"', '["' + '", "'.join("abc") + '"]', '"frozen or"', '"loss < 1"'),
    *('"../../../etc/passwd"', '"/dev/zero"', '"-"', '"nul\\u0000l"', '"utf-16"', '"\\t"'),
)
"""What stands behind a key."""

BASES = (
    b'data = "line"\nepochs = 3\n\n[made]\nrows = 20\nnoise = 0.5\n\n[run]\nbackend = "numpy"\n',
    b'\xef\xbb\xbfdata = "article"\nepochs = 5\nuntil = "loss < 1 or frozen"\n[run]\nlr = 1e-4\n',
    b'data = "t.csv"\n[table]\ntarget = "y"\nfeatures = ["a", "b"]\nmissing = "drop"\n[split]\n'
    b"test_size = 0.25\nseed = 9223372036854775807\n",
    b'data = "article"\nepochs = 9\n[run]\nlr = 1e-4\n[[edits]]\nepoch = 3\nweight = 1\n'
    b"value = 2.5\n[edits.run]\nlr = 0.01\n[[edits]]\nepoch = 5\nweights = [1, 2.0]\n"
    b'[view]\nepoch = 7\nx = "a"\n',
)


def test_a_recipe_by_chance_is_read_or_refused(
    is_long: bool, tmp_path: Path, capsys: Capture
) -> None:
    chance, tally = random.Random(11), Tally()
    path = tmp_path / "r.toml"
    for number in range(1000 if is_long else 200):
        data = recipe(chance) if number % 2 else changed(chance, chance.choice(BASES), 1)
        path.write_bytes(data)
        with tally.one():
            tally.outcomes[outcome(path)] += 1
        if number % 10 == 0:
            given = ["train", "--recipe", str(path), "--rows", "5", "--epochs", "2", "--json"]
            check(given, capsys)
    tally.tell(capsys, "recipes")


def recipe(chance: random.Random) -> bytes:
    """Return some keys, each where it belongs or not, with any value."""
    sections = [*KEYS, "tables", "run.lr", "[run]"]
    lines = []
    for section in chance.sample(sections, chance.randint(1, 3)):
        lines.append(f"[{section}]" if section else "")
        keys = [*KEYS.get(section, KEYS["run"]), "epoch", "run", '"a b"', "run.seed", "é", ""]
        lines += [
            f"{key} = {chance.choice(VALUES)}"
            for key in chance.sample(keys, min(len(keys), chance.choice((1, 1, 1, 2, 3))))
        ]
    return "\n".join(sorted(lines, key=lambda line: line != "") if "" in lines else lines).encode()


def outcome(path: Path) -> str:
    """Read a recipe, and what it is written as, and say what came of it."""
    try:
        found = read_recipe(str(path))
    except LinregError as refusal:
        check_refusal(refusal)
        return f"refused as {refusal.code}"
    again = path.with_name("again.toml")
    again.write_text(found.to_toml(str(path.parent)), encoding="utf-8")
    assert repr(read_recipe(str(again))) == repr(found)
    return "read"


SLOW = {
    "a key of many dots": "a." * 100_000 + "a = 1",
    "a key of many quoted dots": '"a".' * 100_000 + "a = 1",
    "a section of many dots": "[" + "a . " * 100_000 + "a]",
    "a value of many dots": "run = {" + "a." * 100_000 + "a = 1}",
    "a line of brackets and blanks": 'until = """\n' + "[" * 500 + " " * 500_000 + '"""\nepoch = 1',
    "a line of blanks": 'until = """\n[' + " " * 900_000 + 'x"""\nepoch = 1',
    "many lines": "\n" * 900_000 + "[run]\nseed = 1\nbias = 1",
    "many keys": "".join(f"k{number} = 1\n" for number in range(50_000)),
    "many quotes": '"' * 900_000,
    "a long word": "a" * 900_000,
    "words and quotes": 'a"b' * 300_000,
    "many sections": "[[run]]\n" * 100_000,
    "deep lists": "epochs = " + "[" * 400_000,
    "a list of numbers": "epochs = [" + "1," * 400_000 + "]",
}


@pytest.mark.parametrize("name", SLOW)
def test_what_makes_a_recipe_slow_is_refused_soon(name: str, tmp_path: Path) -> None:
    """Some of these took hours: the time grew with the square or the cube of the length."""
    path = tmp_path / "r.toml"
    path.write_text(SLOW[name], encoding="utf-8")
    tally = Tally()
    with tally.one(), pytest.raises(LinregError) as caught:
        read_recipe(str(path))
    check_refusal(caught.value)
    assert tally.slowest < PATIENCE


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("epochs = 0x" + "f" * 4000, "bad-value", 1),
        (f"epochs = {2**63}", "bad-value", 1),
        ("\n[run]\nseed = -0x" + "f" * 4000, "bad-toml", 3),
        ("\n[run]\nseed = 0b" + "1" * 20_000, "bad-value", 3),
        ("[made]\nrows = 0o" + "7" * 9000, "bad-value", 2),
        ("[table]\nfeatures = [0x" + "f" * 4000 + "]", "bad-value", 2),
        ("data = {a = [[0x" + "f" * 4000 + "]]}", "bad-value", 1),
        ("[run]\nlr = 0x" + "f" * 4000, "bad-value", None),
        ("[table]\ndegree = 0x" + "f" * 4000, "bad-value", 2),
        ("[split]\nseed = 9" + "9" * 4200, "bad-value", 2),
    ],
)
def test_whole_numbers_beyond_64_bits(
    text: str, code: str, line: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LinregError) as caught:
        read_recipe(str(path))
    assert (caught.value.code, caught.value.line) == (code, line)
    check_refusal(caught.value)


# --- conditions ---------------------------------------------------------------------------------

WORDS = (
    *("epoch", "loss", "gradient", "frozen", "frozen", "not", "finite", "rises", "or", "or"),
    *("<", "==", "<", ">", "=", "!=", "1", "500", "1e-3", ".5", "5.", "nan", "1e999", "-1", "٣"),
    *("9" * 400, "x" * 3000, "\x1b[2J", "\u202e", "\n", "\0", "é", "🙂", "1_0", "0x1", "ORE", ""),
)


def test_conditions_by_chance_are_read_or_refused(is_long: bool, capsys: Capture) -> None:
    chance, tally = random.Random(5), Tally()
    for _ in range(5000 if is_long else 500):
        sound = GRAMMAR.split(", ")
        parts = chance.choices(sound, k=chance.choice((0, 1, 2, 3, MOST_CONDITIONS)))
        if chance.random() < 0.7:
            odd = chance.choice((" ", "", "\t")).join(chance.choices(WORDS, k=chance.randint(1, 4)))
            parts.insert(chance.randint(0, len(parts)), odd)
        text = chance.choice((" or ", " or ", "\tor  ", "or")).join(parts)
        with tally.one():
            try:
                found = parse_breakpoints(text)
            except ExpressionError as refusal:
                check_refusal(refusal)
                excerpt, caret = refusal.excerpt.split("\n")
                assert excerpt.isprintable()
                assert len(excerpt) < ERROR_CHARACTERS
                assert caret.strip(" ") == "^"
                tally.outcomes["refused"] += 1
            else:
                assert len(found) <= MOST_CONDITIONS
                assert parse_breakpoints(" or ".join(map(str, found))) == found
                tally.outcomes["read"] += 1
    tally.tell(capsys, "conditions")


@pytest.mark.parametrize("count", [MOST_CONDITIONS, MOST_CONDITIONS + 1, 100_000])
def test_so_many_conditions_are_joined(count: int) -> None:
    text = " or ".join(["loss < 1e-3"] * count)
    if count <= MOST_CONDITIONS:
        assert len(parse_breakpoints(text)) == count
    else:
        with pytest.raises(ExpressionError, match=f"at most {MOST_CONDITIONS} ") as caught:
            parse_breakpoints(text)
        assert caught.value.excerpt.endswith("^")
        assert len(caught.value.excerpt) < 300


# --- options ------------------------------------------------------------------------------------

TYPED = (
    *("", " ", "0", "1", "-1", "2.5", "1e3", "1e400", "nan", "inf", "-0.0", "auto", "best", "5-1"),
    *(str(2**31), str(2**63 - 1), str(2**63), "9" * 30, "9" * 5000, "1_000", "1,5", "٣", "１２"),
    *("x", "y", "a,b", ",", "x,x", "é", "\u202e", "\x1b[2J", "\t", '"', "'", "x" * 4000, "/" * 300),
    *("cuda:99", "float16", "numpy", "tab", "utf-16", "punycode", "drop", "frozen", "--", "-"),
    *("/dev/zero", "/dev/full", "no/such/folder/x", ".", "..", "%s%n", "$(id)", "🙂" * 30),
)

DATA = ("article", "line", "t.csv")


def names() -> list[str]:
    """Return the options that take a value, and what takes the place of a file."""
    return [
        parameter.opts[-1]
        for parameter in train_command.params
        if not getattr(parameter, "is_flag", False)
    ]


def test_options_by_chance_give_a_result_or_a_refusal(
    is_long: bool, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("x,y\n1,2\n3,5\n4,4\n5,9\n", encoding="utf-8")
    cases = [(name, value, data) for name in names() for value in TYPED for data in DATA]
    tally = Tally()
    for name, value, data in cases if is_long else random.Random(2).sample(cases, 150):
        given = [value] if name == "data" else [data, name, value]
        if name != "--epochs":
            given += ["--epochs", "2"]
        with tally.one():
            code = check(
                ["train", *given, "--rows", "20"][: None if data == "line" else -2], capsys
            )
        tally.outcomes[f"ended with {code}"] += 1
    tally.tell(capsys, "options")


def check(given: list[str], capsys: Capture) -> int:
    """Run a command with --json: an exit code that is stated, a whole object, at most one line."""
    given = [*given] if "--json" in given else [*given, "--json"]
    code, out, err = command(capsys, *given)
    assert code in (0, 2, 3), (given, err)
    if code == 2:
        line, *more = err.splitlines()
        check_one_line(line + "\n")
        assert len(line) <= ERROR_CHARACTERS, given
        assert not more or more[-1].strip(" ") == "^", given
        assert set(read_json(out)) == {"error"}
    else:
        assert all(line.startswith("note: ") for line in err.splitlines()), given
        read_json(out)
    return code


@pytest.mark.parametrize("option", ["--seed", "--epochs", "--degree", "--split-seed", "--tol"])
@pytest.mark.parametrize("typed", ["٣", "１", "1_0", "²"])
def test_numbers_are_written_one_way_everywhere(option: str, typed: str, capsys: Capture) -> None:
    code, out, err = command(capsys, "train", "--epochs", "1", option, typed, "--json")
    assert (code, read_json(out)["error"]["code"]) == (2, "usage")
    check_one_line(err)


def test_a_recipe_may_begin_with_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(BASES[1])
    assert read_recipe(str(path)).epochs == 5
    assert tomllib.loads(BASES[1][3:].decode())["epochs"] == 5
