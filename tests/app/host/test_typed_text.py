"""What a terminal sends, as text that gives Textual's parser keys, the mouse and pastes alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key, MouseDown, MouseMove, MouseScrollUp, MouseUp, Paste
from textual.message import Message

from tui.host.typed_text import HELD_SECONDS, MOST_HELD, MOST_PASTED, PASTE_SECONDS, TypedText


def read(*parts: bytes, is_quiet_after: bool = False) -> list[Message]:
    """The messages of what is read part by part, and with nothing more for a while."""
    typed, parser = TypedText(), XTermParser()
    texts = [typed.feed(part) for part in parts]
    if is_quiet_after:
        texts.append(typed.end())
    return [message for text in texts if text for message in parser.feed(text)]


def keys(*parts: bytes, is_quiet_after: bool = False) -> list[str]:
    messages = read(*parts, is_quiet_after=is_quiet_after)
    assert all(isinstance(message, Key) for message in messages), messages
    return [message.key for message in messages if isinstance(message, Key)]


def test_all_that_textual_knows_comes_through() -> None:
    for sequence in ANSI_SEQUENCES_KEYS:
        known = list(XTermParser().feed(sequence))
        ours = read(sequence.encode(), is_quiet_after=True)
        assert list(map(repr, ours)) == list(map(repr, known)), sequence


@pytest.mark.parametrize(
    "sequence", [b"\x1b[97u", b"\x1b[97;5u", b"\x1b[97;;97u", b"\x1b[1;5A", b"\x1b[57399u"]
)
def test_keys_of_the_kitty_protocol_come_through(sequence: bytes) -> None:
    assert keys(sequence)


def test_what_is_typed_in_two_reads_is_one_key() -> None:
    assert keys(b"\x1b", b"[A") == keys(b"\x1b[", b"A") == keys(b"\x1b[A") == ["up"]
    assert keys(b"\xc3", b"\xa9") == keys("é".encode()) == ["é"]


def test_escape_is_a_key_when_nothing_follows() -> None:
    typed = TypedText()
    assert (typed.feed(b"\x1b"), typed.patience) == ("", HELD_SECONDS)
    assert (typed.end(), typed.patience) == ("\x1b", None)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xe9n", ["�", "n"]),
        (b"\xff\xfen", ["�", "�", "n"]),
        (b"\xe2\x82n", ["�", "n"]),
        (b"\x1b[1:2un", ["n"]),  # each of the next ones breaks Textual's parser
        (b"\x1b[99999999999un", ["n"]),
        (b"\x1b[55296un", ["n"]),
        (b"\x1b[97;;55296un", ["n"]),
        (b"\x1b[?1;2cn", ["n"]),  # and each of the next ones is typed by it: 1, r
        (b"\x1b[?2048;1$yn", ["n"]),
        (b"\x1b[48;9999999;9999999;1;1tn", ["n"]),
        (b"\x1b[48;24;80;0;0tn", ["n"]),
        (b"\x1b]11;rgb:1111/2222/3333\x07n", ["n"]),
        (b"\x1b]11;rgb:1111/2222/3333\x1b\\n", ["n"]),
        (b"\x1bP1$r0m\x1b\\n", ["n"]),
        (b"\x1b_Gi=1;OK\x1b\\n", ["n"]),
        (b"\x1b]11;rgb:1111\x1b[A", ["up"]),
        (b"\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1mn", ["n"]),
        (b"\x1b[1;\x1b[A", ["up"]),
        (b"\x1b[1;\xe9n", ["�", "n"]),
        (b"\x1b[12\rn", ["enter", "n"]),
        (b"\x1b[201~n", ["n"]),
    ],
)
def test_what_is_no_key_is_not_typed(data: bytes, expected: list[str]) -> None:
    expected = [{"�": "replacement_character"}.get(key, key) for key in expected]
    assert keys(data) == expected
    assert keys(*(bytes([byte]) for byte in data)) == expected


@pytest.mark.parametrize("data", [b"\x1b[1;", b"\x1b[M1", b"\x1b]11;rgb:r1", b"\x1bPr1r1"])
def test_what_is_cut_off_is_not_typed(data: bytes) -> None:
    assert keys(data, is_quiet_after=True) == []


@pytest.mark.parametrize("end", [b"\x07", b"\x1b\\", b"\x1b[A"])
@pytest.mark.parametrize("start", [b"\x1b]52;c;", b"\x1bP", b"\x1b_G"])
def test_a_string_of_any_length_is_not_typed(start: bytes, end: bytes) -> None:
    reads = [start, *[b"r1q" * 100] * 100, end[:1], end[1:], b"n"]
    assert keys(*reads) == keys(b"".join(reads)) == (["up", "n"] if end == b"\x1b[A" else ["n"])


def test_a_sequence_of_any_length_is_not_typed() -> None:
    assert keys(b"\x1b[", *[b"1;" * 500] * 100, b"mn") == ["n"]
    assert keys(b"\x1b[1", *[b" " * 500] * 100, b"mn") == ["n"]


def test_the_end_of_a_string_is_waited_for_longer_than_that_of_a_key() -> None:
    typed = TypedText()
    assert (typed.feed(b"\x1b]"), typed.patience) == ("", HELD_SECONDS)
    assert (typed.feed(b"1"), typed.patience) == ("", PASTE_SECONDS)


def test_a_string_without_an_end_is_not_waited_for_for_ever() -> None:
    typed = TypedText()
    for _ in range(10 * MOST_HELD // 100):
        typed.feed(b"\x1b]" + b"x" * 98)
    assert len(typed._held) <= MOST_HELD


@pytest.mark.parametrize(
    ("report", "kind", "x", "y"),
    [
        (b" !!", MouseDown, 0, 0),
        (b" \xc8\x30", MouseDown, 167, 15),
        (b" \xc3\xa9", MouseDown, 162, 136),  # valid UTF-8, one character
        (b" \x7f\x1b", None, 0, 0),
        (b"#\xff\xff", MouseMove, 222, 222),
        (b"C\xc8\x30", MouseMove, 167, 15),
        (b"`qr", MouseScrollUp, 80, 81),
    ],
)
def test_the_mouse_in_raw_bytes_is_the_mouse(
    report: bytes, kind: type[Message] | None, x: int, y: int
) -> None:
    for parts in ([b"\x1b[M" + report], [bytes([byte]) for byte in b"\x1b[M" + report]):
        messages = read(*parts, b"n")
        assert isinstance(messages.pop(), Key)
        assert [type(message) for message in messages] == ([] if kind is None else [kind])
        for message in messages:
            assert isinstance(message, MouseDown | MouseUp | MouseMove | MouseScrollUp)
            assert (message.x, message.y) == (x, y)


@pytest.mark.parametrize("report", [b"\x1b[<35;-1;-1M", b"\x1b[<0;-12;3m", b"\x1b[<0;3;-12M"])
def test_the_mouse_left_of_or_above_the_window_types_nothing(report: bytes) -> None:
    for parts in ([report], [bytes([byte]) for byte in report]):
        *moved, key = read(*parts, b"n")
        assert isinstance(key, Key)
        assert all(isinstance(each, MouseDown | MouseUp | MouseMove) for each in moved)


def pasted(*parts: bytes) -> list[str]:
    return [message.text for message in read(*parts) if isinstance(message, Paste)]


START, END = b"\x1b[200~", b"\x1b[201~"


def test_a_paste_is_one_message_with_nothing_of_it_typed() -> None:
    text = "r1q é\n\tπ".encode()
    assert pasted(START + text + END) == [text.decode()]
    assert pasted(*(bytes([byte]) for byte in START + text + END)) == [text.decode()]
    assert pasted(START + END + b"n") == [""] or pasted(START + END + b"n") == []


def test_an_escape_in_a_paste_does_not_end_it() -> None:
    inside = b"\x1b[Ar" * 20 + b"\x1b]0;x\x07" + b"\x1b[M   " + b"\x1b[20" + b"\x1b[200~1"
    (message,) = read(START + inside + END)
    assert isinstance(message, Paste)
    assert "\x1b" not in message.text


def test_a_long_paste_is_cut() -> None:
    (text,) = pasted(START, *[b"x" * 4096] * 100, END)
    assert text == "x" * MOST_PASTED


def test_a_paste_without_an_end_is_over_when_nothing_more_comes() -> None:
    typed, parser = TypedText(), XTermParser()
    list(parser.feed(typed.feed(START + b"abc")))
    assert typed.patience == PASTE_SECONDS
    (paste,) = parser.feed(typed.end())
    assert isinstance(paste, Paste)
    assert paste.text == "abc"
    assert [message.key for message in parser.feed(typed.feed(b"q")) if isinstance(message, Key)]


pieces = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([START, END, b"\x1b[M", b"\x1b[<0;1;1M", b"\x1b[", b"\x1b]", b"\x1b", b"n"]),
    st.from_regex(rb"\x1b\[[0-9;:?<]{0,12}[A-Za-z~$]", fullmatch=True),
)


@given(st.lists(pieces, max_size=20), st.randoms())
def test_no_bytes_break_the_parser_however_they_come(
    parts: list[bytes], chance: random.Random
) -> None:
    typed, parser = TypedText(), XTermParser()
    for part in parts:
        texts = [typed.feed(part)]
        if chance.random() < 0.2:
            texts.append(typed.end())
        for text in texts:
            for message in (*(parser.feed(text) if text else ()), *parser.tick()):
                if isinstance(message, Key):
                    (message.character or "").encode()
    if typed.patience is not None:
        list(parser.feed(typed.end() or "\x1b"))
    assert typed.patience is None
