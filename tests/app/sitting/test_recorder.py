"""What the recorder writes, and how often; and what stands on the screen of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linreg_core import DataRequest, LinregError, TrainConfig
from tests.app.driver import Clock, Drive, driving, inline
from tests.app.sessions import Bench
from tui.engine.commands import Configure, Fork, Open, Run
from tui.engine.inline import InlineEngine
from tui.engine.report import Activity
from tui.main_screen import TrainerScreen
from tui.panes.notice import Notice
from tui.sitting.file import SittingFile, read, sittings
from tui.sitting.recorder import Recorder, opening, take_last

VIEW: dict[str, Any] = {}

NOON = 1_000_000_000.0


def recorder(folder: Path, file: SittingFile | None = None) -> Recorder:
    """A recorder whose clock stands still."""
    return Recorder(folder, file, clock=lambda: NOON)


def test_nothing_is_kept_of_a_sitting_in_which_nothing_was_run(tmp_path: Path) -> None:
    bench, notes = Bench(Open(DataRequest("article"))), Recorder(tmp_path / "sessions")
    notes.note(bench.latest, VIEW)
    bench.handle(Configure(TrainConfig(lr=0.01)))
    notes.note(bench.latest, {"log_x": True})
    notes.close()
    assert not (tmp_path / "sessions").exists()


def test_an_hour_takes_less_than_a_megabyte_of_disk(tmp_path: Path) -> None:
    bench, clock = Bench(Open(DataRequest("article"))), Clock(NOON)
    notes, written = Recorder(tmp_path, clock=clock), 0
    for second in range(3600):
        clock.now += 1
        if second % 60 == 0:
            bench.handle(Fork(TrainConfig(lr=1e-4 * (1 + second / 3600))))
        bench.handle(Run(1))
        notes.note(bench.latest, {"detail": second % 2 == 0})
        sizes = [path.stat().st_size for path in sittings(tmp_path)]
        written = max(written, sum(sizes))
    notes.close()
    assert written < 600_000
    assert len(read(sittings(tmp_path)[0]).runs.runs) == 60


def test_where_a_run_stands_is_not_written_at_every_report(tmp_path: Path) -> None:
    bench, clock = Bench(Open(DataRequest("article")), Run(1)), Clock(NOON)
    notes = Recorder(tmp_path, clock=clock)
    notes.note(bench.latest, VIEW)
    (path,) = sittings(tmp_path)
    lines = [path.read_text().count("\n")]
    bench.handle(Run(None))
    for _ in range(100):
        clock.now += 0.02
        bench.advance(epochs=3, seconds=0.02)
        notes.note(bench.latest, VIEW)
        notes.tick()
        lines.append(path.read_text().count("\n"))
    assert lines[-1] - lines[0] in (1, 2)
    notes.close()
    standing = read(path).runs.runs[0].standing
    assert standing is not None
    assert standing.epoch == bench.snapshot.epoch


def test_one_that_is_taken_up_goes_on_in_its_own_file(tmp_path: Path) -> None:
    notes, bench = recorder(tmp_path), Bench(Open(DataRequest("article")), Run(1))
    notes.note(bench.latest, {"picture": "fit"})
    notes.close()
    file, skipped = take_last(tmp_path)
    again, more = Bench(opening(file)), recorder(tmp_path, file)
    more.note(again.latest, {"picture": "fit"})
    again.handle(Run(1))
    more.note(again.latest, {"picture": "fit"})
    more.close()
    (path,) = sittings(tmp_path)
    state = read(path)
    assert (skipped, state.view) == ([], {"picture": "fit"})
    assert state.runs.runs[0].standing is not None
    assert state.runs.runs[0].standing.epoch == 2


def test_what_cannot_be_read_is_skipped_aloud_and_what_is_in_use_is_left(tmp_path: Path) -> None:
    bench = Bench(Open(DataRequest("article")), Run(1))
    kept = []
    for _ in range(3):
        notes = recorder(tmp_path)
        notes.note(bench.latest, VIEW)
        notes.close()
        kept.append(sittings(tmp_path)[0])
    (tmp_path / "zzz.jsonl").write_text("no\n")
    with pytest.raises(LinregError, match="it is no JSON"):
        take_last(tmp_path, "zzz")
    with pytest.raises(LinregError, match="there is no session 'abc'"):
        take_last(tmp_path, "abc")
    one, skipped = take_last(tmp_path)
    assert len(skipped) == 1
    other, _ = take_last(tmp_path)
    assert one.name != other.name
    take_last(tmp_path)
    with pytest.raises(LinregError, match="open in another window"):
        take_last(tmp_path)


def test_other_versions_are_said_with_what_they_mean(tmp_path: Path) -> None:
    bench = Bench(Open(DataRequest("article")), Run(1))
    notes = recorder(tmp_path)
    notes.note(bench.latest, VIEW)
    notes.close()
    (path,) = sittings(tmp_path)
    text = path.read_text()
    version = read(path).machine["numpy"]
    path.write_text(text.replace(f'"numpy":"{version}"', '"numpy":"1.0"'))
    said = f"numpy was 1.0 and is {version}"
    file, _ = take_last(tmp_path)
    same = Bench(opening(file))
    assert (
        same.latest.notice == f"run 1 is back at epoch 1, the same to the last bit, though {said}"
    )
    present = file.state.runs.present
    assert present is not None
    assert present.standing is not None
    runs = file.state.runs.with_standing(replace(present.standing, bits="0"))
    differs = Bench(replace(opening(file), runs=runs))
    assert differs.latest.notice == (
        f"run 1 is back at epoch 1, but not with the same bits: {said}"
    )


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    notes, bench = recorder(tmp_path / "file" / "x"), Bench(Open(DataRequest("article")), Run(1))
    for _ in range(2):
        notes.note(bench.latest, VIEW)
        assert notes.trouble == "this session is not recorded any more: Not a directory"
    notes.close()


# --- On the screen --------------------------------------------------------------------------------


def toasts(drive: Drive[InlineEngine]) -> str:
    """What was said in passing."""
    return " ".join(notification.message for notification in drive.app._notifications)


async def sat(folder: Path, *keys: str) -> InlineEngine:
    """A sitting on the screen, left by closing it."""
    engine, notes = inline(), recorder(folder)
    async with driving(engine, recorder=notes) as drive:
        await drive.press(*keys)
    notes.close()
    return engine


async def test_at_the_next_start_one_line_says_what_there_is_and_a_key_goes_on(
    tmp_path: Path,
) -> None:
    before = await sat(tmp_path, "n", "n", "(", "n", "s", "t", "t", "x")
    notes = recorder(tmp_path)
    async with driving(inline(), recorder=notes) as drive:
        await drive.pilot.pause()
        await drive.settle()
        assert "article, NumPy, epoch 3, " in drive.notice
        assert " ago: O goes on" in drive.notice
        assert drive.epoch == 0
        await drive.press("O")
        assert drive.snapshot.epoch == 3
        assert drive.snapshot.phases_done == 1
        assert before.latest.snapshot is not None
        assert (
            drive.snapshot.committed_state.tobytes()
            == before.latest.snapshot.committed_state.tobytes()
        )
        assert (drive.main.look.picture, drive.main.look.log_x) == ("fit", True)
        assert "run 2 is back at epoch 3, the same to the last bit" in drive.notice
        await drive.press("n", "n")
    notes.close()
    (path,) = sittings(tmp_path)
    present = read(path).runs.present
    assert present is not None
    assert present.standing is not None
    assert present.standing.epoch == 5


@pytest.mark.parametrize(("activity", "left"), [(Activity.RUNNING, 900), (Activity.IDLE, 0)])
async def test_a_run_that_was_left_before_its_end_is_said_and_can_be_run_to_it(
    tmp_path: Path, activity: Activity, left: int
) -> None:
    """One that was paused was left where it was wanted."""
    bench = Bench(Open(DataRequest("article")), Run(100))
    bench.session.finish()
    for folder in (tmp_path / "asked", tmp_path / "resumed"):
        notes = recorder(folder)
        notes.note(replace(bench.latest, activity=activity, target=1_000), VIEW)
        notes.close()
    said = "900 epochs are left of a run: N runs them."
    async with driving(inline(), recorder=recorder(tmp_path / "asked")) as drive:
        await drive.pilot.pause()
        await drive.settle()
        assert ("900 epochs left to run" in drive.notice) == (left > 0)
        await drive.press("O")
        assert drive.epoch == 100
        assert (said in toasts(drive)) == (left > 0)
        assert (drive.main.look.epochs == 900) == (left > 0)
    file, _ = take_last(tmp_path / "resumed")
    assert file.state.first_view.get("epochs", 0) == left
    async with driving(inline(), recorder=recorder(tmp_path / "resumed", file)) as drive:
        await drive.pilot.pause()
        await drive.settle()
        assert (said in toasts(drive)) == (left > 0)


async def test_the_offer_goes_when_something_is_done(tmp_path: Path) -> None:
    await sat(tmp_path, "n")
    async with driving(inline(), recorder=recorder(tmp_path)) as drive:
        await drive.pilot.pause()
        await drive.settle()
        assert drive.main.query_one(Notice).offer
        await drive.press("s")
        assert not drive.main.query_one(Notice).offer


async def test_without_a_session_nothing_is_offered_nor_taken_up(tmp_path: Path) -> None:
    async with driving(inline()) as drive:
        await drive.press("n", "O")
        assert "--no-session" in toasts(drive)
    notes = recorder(tmp_path)
    async with driving(inline(), recorder=notes) as drive:
        await drive.press("O")
        assert "no session to go on with" in toasts(drive)
        assert isinstance(drive.main, TrainerScreen)


async def test_one_that_another_window_took_meanwhile_is_refused(tmp_path: Path) -> None:
    await sat(tmp_path, "n")
    async with driving(inline(), recorder=recorder(tmp_path)) as drive:
        await drive.pilot.pause()
        await drive.settle()
        file, _ = take_last(tmp_path)
        await drive.press("O")
        assert "open in another window" in toasts(drive)
        assert drive.epoch == 0
        file.close()
