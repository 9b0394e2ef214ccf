"""The clipboard: the right program for each desktop, and words on what has the text."""

from __future__ import annotations

import pytest

from tests.app.driver import driving, inline
from tui.host.clipboard import copied_by, program, run


@pytest.mark.parametrize(
    ("environ", "platform", "there", "first"),
    [
        ({"TMUX": "x", "DISPLAY": ":0"}, "linux", {"tmux", "xclip"}, "tmux"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", {"wl-copy", "xclip"}, "wl-copy"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", {"xclip"}, "xclip"),
        ({}, "darwin", {"pbcopy"}, "pbcopy"),
        ({}, "linux", {"tmux", "xclip", "wl-copy", "pbcopy"}, None),
        ({"DISPLAY": ":0"}, "linux", set(), None),
    ],
)
def test_the_program_is_that_of_the_desktop(
    environ: dict[str, str], platform: str, there: set[str], first: str | None
) -> None:
    found = program(environ, platform=platform, find=lambda name: name if name in there else None)
    assert (None if found is None else found[0]) == first


def test_what_has_the_text_is_said() -> None:
    taken: list[bytes] = []

    def take(_: tuple[str, ...], text: bytes) -> bool:
        taken.append(text)
        return True

    assert copied_by("ŷ\udcff", ("xclip",), take) == "copied by xclip"
    assert taken == ["ŷ".encode() + rb"\udcff"]
    assert copied_by("x", ("xclip",), lambda *_: False) == (
        "given to the terminal (OSC 52), which may not take it; xclip did not take it"
    )
    assert "OSC 52" in copied_by("x", None)


def test_a_program_is_run() -> None:
    assert run(("cat",), b"x")
    assert not run(("false",), b"x")
    assert not run(("no-such-program",), b"x")


async def test_the_screen_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    async with driving(inline(epochs=1)) as drive:
        await drive.press("C")
        await drive.app.workers.wait_for_complete()
        assert "forward" in drive.app.clipboard
        (told,) = drive.app._notifications
        assert told.message.startswith("The worksheet is given to the terminal (OSC 52)")
