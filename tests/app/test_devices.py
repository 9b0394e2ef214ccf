"""The screen on a device that is no cpu; skipped, with what torch says, where there is none."""

from __future__ import annotations

import json

import pytest

from linreg_core import BACKENDS, LinregError
from linreg_core.backends.devices import open_device
from tests.app.command import train
from tests.app.terminal import Terminal

DEVICE = "cuda:0"


@pytest.fixture(autouse=True)
def _present() -> None:
    try:
        open_device(DEVICE)
    except LinregError as error:
        pytest.skip(str(error))


@pytest.fixture(params=[name for name, info in BACKENDS.items() if info.uses_torch])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_whole_session(backend: str) -> None:
    with Terminal("--backend", backend, "--device", DEVICE) as terminal:
        terminal.until("READY")
        assert f"{BACKENDS[backend].label} · {DEVICE} · float32" in terminal.text
        for epoch in (1, 2, 3):
            terminal.send("n")
            terminal.until(f"epoch {epoch} ")
        there = terminal.text
        terminal.send("b")
        terminal.until("epoch 2 ")
        terminal.send("s")
        terminal.until("1 of 5")
        terminal.send("n")
        assert _weights(terminal.until("epoch 3 ")) == _weights(there)
        terminal.send(" ")
        terminal.until("RUNNING")
        terminal.send(" ")
        terminal.until("PAUSED")
        terminal.send("q")
        assert terminal.end()[0] == 0


def test_the_article_on_a_device_and_on_the_cpu(
    backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = []
    for device in ("cpu", DEVICE):
        arguments = ("--backend", backend, "--device", device, "--dtype", "float64")
        code, out, _ = train(capsys, *arguments, "--epochs", "3000", "--json")
        assert code == 0
        weights.append([*json.loads(out)["weights"].values()])
    assert weights[0] == pytest.approx(weights[1], rel=1e-12)


def _weights(screen: str) -> list[str]:
    return [line for line in screen.splitlines() if " w1 " in line or " w2 " in line]
