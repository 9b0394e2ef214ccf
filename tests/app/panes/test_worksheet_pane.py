"""The worksheet and the source as text: literal pictures, and the rules of wrapping."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from linreg_core import BACKENDS
from tests.app.driver import Write
from tests.app.reports import after
from tui.panes.kit.text_pane import wrap
from tui.panes.source_pane import numbered_lines, wrap_code
from tui.panes.worksheet_pane import worksheet_lines, worksheet_title

INSIDE = """\
X (3,2) · w (2,1) → prediction (3,) · y (3,) · gradient (2,)
✓ forward
    ŷ₁ = 1·0.1 + 2·0.1 = 0.3
    ŷ₂ = 3·0.1 + 4·0.1 = 0.7
    ŷ₃ = 5·0.1 + 6·0.1 = 1.1
✓ loss
    MSE = 1/3·[49.7² + 109.3² + 168.9²] = 14314.59667
✓ gradient ✱
    ∂MSE/∂x1 = −2/3·[1·49.7 + 3·109.3 + 5·168.9] = −814.7333333
    ∂MSE/∂x2 = −2/3·[2·49.7 + 4·109.3 + 6·168.9] = −1033.333333
▶ update
    w ← w − lr·∂MSE/∂w"""

BETWEEN_TWO_WEIGHTS = """\
X (3,2) · w (2,1) → prediction (3,) · y (3,) · gradient (2,)
✓ forward
    ŷ₁ = 1·0.1 + 2·0.1 = 0.3
    ŷ₂ = 3·0.1 + 4·0.1 = 0.7
    ŷ₃ = 5·0.1 + 6·0.1 = 1.1
✓ loss
    MSE = 1/3·[49.7² + 109.3² + 168.9²] = 14314.59667
✓ gradient
    df_w0 = −2/3·[1·49.7 + 3·109.3 + 5·168.9] = −814.7333333
    df_w1 = −2/3·[2·49.7 + 4·109.3 + 6·168.9] = −1033.333333
✓ update
    x1 ← 0.1 − 0.0001·(−814.733333) = 0.1814733333
    x2 ← 0.1 − 0.0001·(−1033.333333) = 0.2033333333"""

AT_EPOCH_0 = """\
X (3,2) · w (2,1) → prediction (3,) · y (3,) · gradient (2,)
▶ forward
    ŷ = X·w
  loss
    MSE = 1/n·Σ (y − ŷ)²
  gradient
    ∂MSE/∂w = −2/n·Xᵀ·(y − ŷ)
  update
    w ← w − lr·∂MSE/∂w"""

MANY_ROWS = """\
X (6,1) · w (1,1) → prediction (6,) · y (6,) · gradient (1,)
✓ forward
    ŷ₁ = 1·1 = 1
    ŷ₂ = 2·1 = 2
    ŷ₃ = 3·1 = 3
    ŷ₄ = 4·1 = 4
    … 2 more rows
✓ loss ✱
    MSE = 1/6·[0² + 2² + 6² + 12² + … 2 more: 1361] = 257.5
▶ gradient
    ∂MSE/∂w = −2/n·Xᵀ·(y − ŷ)
  update
    w ← w − lr·∂MSE/∂w"""


def test_inside_an_epoch() -> None:
    snapshot = after(0, phases=3)
    assert worksheet_title(snapshot) == "Epoch 1: 3 of 4 phases"
    assert "\n".join(worksheet_lines(snapshot)) == INSIDE


def test_between_epochs_it_is_the_one_that_led_here() -> None:
    snapshot = after(1, backend="numpy-two-weights")
    assert worksheet_title(snapshot) == "Epoch 1"
    assert "\n".join(worksheet_lines(snapshot)) == BETWEEN_TWO_WEIGHTS


def test_at_epoch_0_there_are_formulas_only() -> None:
    snapshot = after(0)
    assert worksheet_title(snapshot) == "Epoch 1 is next"
    assert "\n".join(worksheet_lines(snapshot)) == AT_EPOCH_0


def test_rows_that_are_too_many_are_one_number(write: Write) -> None:
    rows = "".join(f"{row},{row**2}\n" for row in range(1, 7)).replace("5,25", "5,36")
    path = str(write("x,y\n" + rows.replace("6,36", "6,26")))
    snapshot = after(0, path, phases=2, bias=False, standardize=False, init=1.0, lr=0.001)
    assert "\n".join(worksheet_lines(snapshot)) == MANY_ROWS


@pytest.mark.parametrize("backend", BACKENDS)
def test_titles_count_the_phases_of_the_backend(backend: str) -> None:
    phases = len(after(0, backend=backend).run.code)
    titles = [worksheet_title(after(9, backend=backend, phases=done)) for done in range(phases)]
    expected = [f"Epoch 10: {done} of {phases} phases" for done in range(1, phases)]
    assert titles == ["Epoch 9", *expected]


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
    lines = numbered_lines(after(0).run)
    forward = "\n".join(line.plain for phase, line in lines if phase == 0)
    assert forward == dedent(
        '''\
        def forward(self) -> None:
            """Equation 1: f(X, w) = X w."""
            self.y_pred = np.sum(np.dot(self.X, self.w), 1)'''
    )
    assert [line.plain for phase, line in lines if phase == -1] == [""] * 3
