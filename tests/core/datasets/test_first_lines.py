"""The first lines of a file, shown where it is refused."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import polars as pl
import pytest

from linreg_core import DataRequest, TableOptions, table_head
from linreg_core.datasets.table.first_lines import LINE_CHARACTERS, first_lines

SOME = 3


def lines_of(path: Path, content: bytes, **options: object) -> tuple[str, ...]:
    """The first lines of a file with that content."""
    path.write_bytes(content)
    return first_lines(DataRequest(str(path), TableOptions(**options)), SOME)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"x,y\n1,2\n3,4\n5,6\n", ("x,y", "1,2", "3,4")),
        (b"x,y\r\n1,2\r\n", ("x,y", "1,2")),
        (b"x,y\r1,2\r", ("x,y", "1,2")),
        (b"x,y\n\n1,2", ("x,y", "", "1,2")),
        (b"\xef\xbb\xbfx\ty\n", ("x\\ty",)),
        (b"x\x1b[31m\n", ("x\\x1b[31m",)),
        (b"gr\xf6\xdfe;y\n", ("gr\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}e;y",)),
        (b"x" * 10**6, ("x" * LINE_CHARACTERS,)),
        (b"\x1b" * 10**6, ("\\x1b" * (LINE_CHARACTERS // 4),)),
        (b"", ()),
        (b"PK\x03\x04 and so on", ()),
        (b"\x7fELF\x00\x01\n", ()),
    ],
)
def test_they_are_shown_as_they_stand(
    tmp_path: Path, content: bytes, lines: tuple[str, ...]
) -> None:
    assert lines_of(tmp_path / "table", content) == lines


def test_they_are_read_in_the_encoding_that_was_chosen(tmp_path: Path) -> None:
    path, content = tmp_path / "table", "größe;y\n".encode("utf-16")
    assert lines_of(path, content, encoding="utf-16") == ("größe;y",)
    assert lines_of(path, content, encoding="no-such") == ()


def test_what_cannot_be_read_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("kept\n"))
    pl.DataFrame({"x": [1]}).write_parquet(tmp_path / "table.parquet")
    for source in ("", "-", "article", str(tmp_path), str(tmp_path / "table.parquet"), "\0"):
        assert first_lines(DataRequest(source), SOME) == (), source
    assert sys.stdin.read() == "kept\n"


def test_a_refusal_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("x,y\n3\n5,7\n")
    assert table_head(DataRequest(str(path))).lines == ("x,y", "3", "5,7")
    path.write_text("x,y\n1,2\n3,4\n5,7\n")
    assert table_head(DataRequest(str(path))).lines == ()
