"""The worksheet and the source as text: literal pictures, and the rules of wrapping."""

from __future__ import annotations

from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from tests.app.driver import Write
from tests.app.reports import after
from tui.colours.code import highlighted
from tui.digits import few
from tui.panes.kit.text_pane import wrap
from tui.panes.source_pane import numbered_lines, wrap_code
from tui.panes.worksheet_pane import worksheet_lines
from tui.worksheet import formats_of

INSIDE = """\
✓ forward  ŷ = X·w
  row 1  1·0.1000 + 2·0.1000 = 0.30
  row 2  3·0.1000 + 4·0.1000 = 0.70
  row 3  5·0.1000 + 6·0.1000 = 1.10
✓ loss  MSE = mean of (ŷ - y)²
  row 1  0.30 -  50 =  -49.70  squared 2470.1
  row 2  0.70 - 110 = -109.30  squared  11946
  row 3  1.10 - 170 = -168.90  squared  28527
  MSE = 14315
● gradient  2/n · Xᵀ·(ŷ - y)
  x1  2/3·(1·(-49.70) + 3·(-109.30) + 5·(-168.90)) = -814.7
  x2  2/3·(2·(-49.70) + 4·(-109.30) + 6·(-168.90)) = -1033.3
  update  w ← w - lr·gradient
  shapes  X (3,2) · w (2,1) → prediction (3,) · y (3,) · gradient (2,)"""


def test_inside_an_epoch() -> None:
    assert "\n".join(worksheet_lines(after(0, phases=3))) == INSIDE


def test_between_epochs_it_is_the_one_that_is_next_and_nothing_is_ticked() -> None:
    """D2: the numbers are those of the epoch that all other panes speak of."""
    snapshot = after(1, backend="numpy-two-weights")
    lines = worksheet_lines(snapshot)
    assert not set("✓●") & set("".join(lines))
    assert f"  MSE = {few(snapshot.loss)}" in lines
    number_format = formats_of(snapshot).weights
    assert lines[-2].endswith(f" = {number_format.write(after(2).weights[1])}")


def test_rows_that_are_too_many_are_one_number(write: Write) -> None:
    rows = "".join(f"{row},{row**2}\n" for row in range(1, 7)).replace("5,25", "5,36")
    path = str(write("x,y\n" + rows.replace("6,36", "6,26")))
    snapshot = after(0, path, phases=2, bias=False, standardize=False, init=1.0, lr=0.001)
    lines = worksheet_lines(snapshot)
    assert lines[0] == "✓ forward  ŷ = X·w"
    assert "  (4 more rows)" in lines
    assert "  (4 more rows, squares add up to 1541.0)" in lines
    assert "  MSE = 257.50" in lines
    assert not any("gradient" in line and "=" in line for line in lines[:-1])


# --- Wrapping -------------------------------------------------------------------------------------


def test_a_formula_is_wrapped_at_blanks_and_indented_deeper() -> None:
    assert wrap("    MSE = 1/3·[(−49.7)² + (−109.3)²] = 14314.59667", 30) == [
        "    MSE = 1/3·[(−49.7)² +",
        "      (−109.3)²] = 14314.59667",
    ]


@given(
    st.text(alphabet="ab = 1", min_size=1).map(lambda text: "    x" + text), st.integers(20, 100)
)
def test_wrapping_loses_nothing_but_blanks(line: str, width: int) -> None:
    parts = wrap(line, width)
    assert all(len(part) <= width for part in parts)
    assert "".join("".join(parts).split()) == "".join(line.split())


def test_code_is_wrapped_at_blanks_and_indented_by_eight() -> None:
    line = Content("    self.grad = 2 / self.n * np.dot(self.X.T, self.residual)")
    assert [part.plain for part in wrap_code(line, 40)] == [
        "    self.grad = 2 / self.n *",
        "            np.dot(self.X.T,",
        "            self.residual)",
    ]


@given(st.text(alphabet="ab(.) ", min_size=1).map(lambda text: "  x" + text), st.integers(14, 80))
def test_wrapped_code_is_the_same_code(text: str, width: int) -> None:
    parts = [part.plain for part in wrap_code(Content(text), width)]
    assert "".join("".join(parts).split()) == "".join(text.split())
    for part in parts:
        assert len(part) <= width or " " not in part[10 : width + 1], "only a word is too long"


def test_every_line_of_code_belongs_to_its_phase() -> None:
    lines = numbered_lines(after(0).run, highlighted)
    forward = "\n".join(line.plain for phase, line in lines if phase == 0)
    assert forward == dedent(
        '''\
        def forward(self) -> None:
            """Equation 1: f(X, w) = X w."""
            self.y_pred = np.sum(np.dot(self.X, self.w), 1)'''
    )
    assert [line.plain for phase, line in lines if phase == -1] == [""] * 3
