"""The setup: checked as one types, asked of the engine, and nothing is lost when it refuses."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from textual.widgets import Button, Input, Select

from linreg_core import BACKENDS, SETTINGS, LinregError, Prospect, TrainConfig, load_problem
from tests.app.driver import (
    COMPOSED_SIZES,
    SMALL,
    AnyEngine,
    Drive,
    ScriptedEngine,
    Write,
    driving,
    inline,
)
from tests.lengths import if_long
from tests.places import SHARED
from tui.engine.commands import AskProspect, Command, Configure
from tui.engine.report import Activity, Refusal
from tui.pages.setup.page import SetupScreen
from tui.text import compact

DIABETES = str(SHARED / "data" / "diabetes.csv")
BACKEND_NAMES = list(BACKENDS)


def reason(drive: Drive[AnyEngine]) -> str:
    """Why the settings cannot be taken, as far as it can be seen."""
    return drive.seen(drive.app.screen.query_one("#reason"))


def apply_button(drive: Drive[AnyEngine]) -> Button:
    return drive.app.screen.query_one("#apply", Button)


def asked_for(engine: ScriptedEngine) -> list[Command]:
    """What an engine was told to run."""
    return [command for command in engine.heard if not isinstance(command, AskProspect)]


async def test_it_opens_with_the_present_settings() -> None:
    async with driving(inline(backend="tensor", lr=0.01, seed=9, init="zeros")) as drive:
        await drive.press("c")
        values = {field.id: field.value for field in drive.app.screen.query(Input)}
        assert values == {
            "device": "cpu",
            "lr": "0.01",
            "init": "zeros",
            "seed": "9",
            "tol": "never",
        }
        assert drive.app.screen.query_one("#backend", Select).value == "tensor"


async def test_applied_unchanged_it_is_the_same_run_again() -> None:
    async with driving(inline()) as drive:
        await drive.press("n", "c", "ctrl+s")
        assert drive.app.screen is drive.main
        assert drive.engine.latest.config == TrainConfig()
        assert (drive.engine.latest.run, drive.epoch) == (2, 0)
        assert "same settings" in drive.notice


async def test_every_setting_can_be_changed() -> None:
    async with driving(inline()) as drive:
        await drive.press("n", "n", "c")
        await drive.choose("#backend", BACKEND_NAMES.index("nn"))
        await drive.choose("#dtype", 2)
        await drive.fill("#lr", "1e-3")
        await drive.fill("#init", "random")
        await drive.fill("#seed", "77")
        await drive.fill("#tol", "1e-6")
        await drive.press("ctrl+s")
        assert drive.app.screen is drive.main
        assert drive.engine.latest.config == TrainConfig(
            backend="nn", dtype="float64", lr=0.001, init="random", seed=77, tol=1e-6
        )
        assert drive.epoch == 0
        assert f"{BACKENDS['nn'].label} · cpu · float64" in drive.status
        assert "lr 0.001 " in drive.text
        assert "learning rate 0.0001 → 0.001" in drive.notice
        assert "initial weights 0.1 → random" in drive.notice
        assert "seed 0 → 77" in drive.notice
        assert "tolerance never → 1e-6" in drive.notice


@pytest.mark.parametrize("typed", ["", " never "])
async def test_a_tolerance_can_go_back_to_never(typed: str) -> None:
    async with driving(inline(tol=0.5)) as drive:
        await drive.press("c")
        assert drive.app.screen.query_one("#tol", Input).value == "0.5"
        await drive.fill("#tol", typed)
        await drive.press("enter")
        assert drive.app.screen is drive.main
        assert drive.engine.latest.config == TrainConfig()


@pytest.mark.parametrize("typed", ["", "default"])
async def test_a_learning_rate_can_go_back_to_the_default(typed: str) -> None:
    async with driving(inline(lr=0.5)) as drive:
        await drive.press("c")
        await drive.fill("#lr", typed)
        await drive.press("enter")
        assert drive.app.screen is drive.main
        assert drive.engine.latest.config == TrainConfig()


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        (
            "lr",
            ["0", "-1", "nan", "inf", "9e999", "1e-99999", "1_0", "bset"],
            "learning rate must be",
        ),
        ("lr", ["[@click=app.quit]x[/]"], "got '[@click=app.quit]x[/]'"),
        ("init", ["", "nan", "1_0", "zero"], "initial weights must be"),
        ("seed", ["", "-1", "1.5", "9" * 20, str(2**63)], "seed must be"),
        (
            "tol",
            ["0", "1", "2", "-0.1", "nan", "often"],
            "tolerance must be a number between 0 and 1",
        ),
        ("device", ["", "gpu", "cuda:", "cuda:x", "CUDA"], "device must be"),
        ("device", ["cuda", "cuda:1"], "runs on the cpu only"),
    ],
)
async def test_a_wrong_value_is_refused_as_it_is_typed(
    field: str, wrong: list[str], words: str
) -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("n", "n", "c")
        right = drive.app.screen.query_one(f"#{field}", Input).value
        for typed in wrong:
            await drive.fill(f"#{field}", typed)
            assert words in reason(drive)
            assert apply_button(drive).disabled
        await drive.press("ctrl+s", "enter")
        assert isinstance(drive.app.screen, SetupScreen)
        await drive.fill(f"#{field}", right)
        assert reason(drive) == ""
        assert not apply_button(drive).disabled
        await drive.fill(f"#{field}", wrong[0])
        await drive.press("escape")
        assert (drive.epoch, drive.engine.latest.run) == (2, 1)


async def test_a_value_put_right_takes_the_reason_away() -> None:
    async with driving(inline()) as drive:
        await drive.press("c")
        drive.app.screen.query_one("#lr", Input).focus()
        await drive.press("ctrl+e", "ctrl+u", "0")
        assert "must be" in reason(drive)
        await drive.press(*".5")
        assert reason(drive) == ""
        assert not apply_button(drive).disabled
        await drive.press("enter")
        assert drive.engine.latest.config == TrainConfig(lr=0.5)


async def test_blanks_around_a_value_do_not_matter() -> None:
    async with driving(inline()) as drive:
        await drive.press("c")
        for field, typed in (
            ("device", " cpu "),
            ("lr", " 0.5 "),
            ("init", " 2 "),
            ("seed", " 3 "),
        ):
            await drive.fill(f"#{field}", typed)
        await drive.press("enter")
        assert drive.engine.latest.config == TrainConfig(lr=0.5, init=2.0, seed=3)


async def test_what_the_engine_refuses_is_said_and_the_old_run_stays(write: Write) -> None:
    path = str(write("a,b,c,y\n1,2,3,4\n2,1,5,3\n3,5,1,9\n4,4,2,7\n"))
    async with driving(inline(path, bias=False), size=SMALL) as drive:
        await drive.press("n", "n", "c")
        await drive.choose("#backend", BACKEND_NAMES.index("numpy-two-weights"))
        assert not apply_button(drive).disabled
        await drive.press("ctrl+s")
        assert isinstance(drive.app.screen, SetupScreen)
        refusal = drive.engine.latest.refusal
        assert refusal is not None
        assert str(refusal) in reason(drive)
        await drive.press("escape", "n")
        assert drive.epoch == 3
        assert drive.engine.latest.config == TrainConfig(bias=False)


async def test_a_device_that_is_missing_is_refused_with_torch_s_own_reason() -> None:
    async with driving(inline(backend="tensor")) as drive:
        await drive.press("n", "c")
        await drive.fill("#device", "cuda:999")
        await drive.press("enter")
        assert isinstance(drive.app.screen, SetupScreen)
        assert "cuda:999 was asked for, but torch cannot use it" in reason(drive)
        await drive.press("escape")
        assert drive.epoch == 1
        assert drive.snapshot.run.settings.device == "cpu"


async def test_a_click_on_its_buttons() -> None:
    async with driving(inline()) as drive:
        await drive.press("n", "c")
        await drive.pilot.click("#back")
        await drive.settle()
        assert not isinstance(drive.app.screen, SetupScreen)
        assert drive.epoch == 1
        await drive.press("c")
        await drive.pilot.click("#apply")
        await drive.settle()
        assert drive.epoch == 0


async def test_it_closes_only_when_the_engine_has_taken_the_settings() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("c")
        await drive.choose("#backend", BACKEND_NAMES.index("tensor"))
        await drive.press("ctrl+s")
        wanted = TrainConfig(backend="tensor")
        assert asked_for(engine) == [Configure(wanted)]
        loading = replace(ready, activity=Activity.LOADING)
        engine.say(loading)
        await drive.settle()
        assert isinstance(drive.app.screen, SetupScreen)
        assert "loading torch" in reason(drive)
        engine.say(replace(ready, answered=engine.sent, run=2, config=wanted))
        await drive.settle()
        assert not isinstance(drive.app.screen, SetupScreen)


async def test_a_refusal_with_hostile_text_is_shown_literally() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("c", "ctrl+s")
        refusal = LinregError("x", "[@click=app.quit]go[/] \x1b]0;x\x07", column="[/]\u202e")
        refused = Refusal(engine.sent, refusal)
        engine.say(replace(ready, answered=engine.sent, refusal=refusal, refused=refused))
        await drive.settle()
        assert isinstance(drive.app.screen, SetupScreen)
        shown = r"column [/]\u202e: [@click=app.quit]go[/] \x1b]0;x\x07"
        assert reason(drive) == shown
        await drive.press("escape")
        assert shown in drive.notice


def conditions(drive: Drive[AnyEngine]) -> str:
    """What the switches do to the condition number, as far as it can be seen."""
    return drive.seen(drive.app.screen.query_one("#conditions"))


def condition(source: str, bias: bool, standardize: bool) -> str:
    """A condition number, worked out here."""
    problem = load_problem(source)
    X = problem.X
    if standardize:
        X = (X - X.mean(axis=0)) / X.std(axis=0) if bias else X / np.sqrt((X**2).mean(axis=0))
    if bias:
        X = np.column_stack([X, np.ones(problem.rows)])
    return compact(float(np.linalg.cond(X)) ** 2)


@pytest.mark.parametrize("size", COMPOSED_SIZES)
async def test_the_switches_say_what_they_do_to_the_condition_number(
    size: tuple[int, int],
) -> None:
    raw = {"bias": False, "standardize": False, "lr": 1e-6}
    async with driving(inline(DIABETES, epochs=2, **raw), size=size) as drive:
        await drive.press("c")
        off, scaled, bias, both = (
            condition(DIABETES, bias, scaled) for bias in (False, True) for scaled in (False, True)
        )
        assert f"bias off → on: condition number {off} → {bias}" in conditions(drive)
        assert f"standardise off → on: condition number {off} → {scaled}" in conditions(drive)
        await drive.choose("#bias", 0)
        assert f"bias off → on: condition number {off} → {bias}" in conditions(drive)
        assert f"standardise off → on: condition number {bias} → {both}" in conditions(drive)
        assert drive.epoch == 2, "nothing has changed so far"
        await drive.press("ctrl+s")
        assert drive.engine.latest.config == TrainConfig(**raw | {"bias": True})  # type: ignore[arg-type]
        assert drive.snapshot.run.names[-1] == "bias"


async def test_every_field_is_explained_when_it_has_the_focus() -> None:
    async with driving(inline(DIABETES, epochs=2), size=SMALL) as drive:
        await drive.press("c")
        about = drive.app.screen.query_one("#about")
        said = []
        for name, setting in SETTINGS.items():
            drive.app.screen.query_one(f"#{name}").focus()
            await drive.settle()
            said.append(drive.seen(about))
            if name != "backend":
                assert setting.help.split()[0] in said[-1]
        assert "Type a number, zeros or random." in said[list(SETTINGS).index("init")]
        drive.app.screen.query_one("#begin").focus()
        await drive.settle()
        assert drive.seen(about).startswith("From the first epoch, or on")
        assert len(set(said)) == len(said)


async def test_what_is_only_named_has_its_value_beside_it() -> None:
    async with driving(inline(DIABETES, backend="tensor"), size=SMALL) as drive:
        await drive.press("c")
        lr = drive.snapshot.run.settings.lr
        fields = drive.seen(drive.app.screen.query_one("#fields"))
        assert "default ▼ = float32" in re.sub(" +", " ", fields)
        assert f"default = {compact(lr)}" in re.sub(" +", " ", fields)
        drive.app.screen.query_one("#lr", Input).value = "0.5"
        await drive.settle()
        assert compact(lr) not in drive.seen(drive.app.screen.query_one("#fields"))


def beside(drive: Drive[AnyEngine], name: str) -> str:
    """What stands beside a field."""
    return drive.seen(drive.app.screen.query_one(f"#{name}-now"))


async def about(drive: Drive[AnyEngine], name: str) -> str:
    """What is said of a field when it has the focus."""
    drive.app.screen.query_one(f"#{name}").focus()
    await drive.settle()
    return drive.seen(drive.app.screen.query_one("#about"))


@pytest.mark.parametrize("rule", ["default", "best", *if_long(["auto", "slow"])])
async def test_the_rate_beside_a_rule_is_the_one_that_this_form_gives(rule: str) -> None:
    told = ""
    async with driving(inline(DIABETES, lr=0.5)) as drive:
        for standardize in (0, 1, 0):
            for bias in (0, 1):
                await drive.press("c")
                assert beside(drive, "lr") == told
                await drive.fill("#lr", rule)
                await drive.choose("#standardize", standardize)
                await drive.choose("#bias", bias)
                told = beside(drive, "lr")
                await drive.press("ctrl+s")
                assert told == f"= {compact(drive.snapshot.run.settings.lr)}"


async def test_until_the_engine_has_told_it_no_rate_stands_beside_a_rule() -> None:
    ready = inline(DIABETES).latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("c")
        assert beside(drive, "lr") == ""
        problem = load_problem(DIABETES)
        switches = [(True, True), (True, False)]
        prospects = {
            (bias, scaled): Prospect.of(problem, bias=bias, standardize=scaled)
            for bias, scaled in switches
        }
        engine.say(replace(ready, prospects=prospects))
        await drive.settle()
        rates = [compact(prospects[switch].rates["auto"]) for switch in switches]
        assert beside(drive, "lr") == f"= {rates[0]}"
        await drive.choose("#standardize", 1)
        assert beside(drive, "lr") == f"= {rates[1]}"
        assert rates[0] != rates[1]
        await drive.choose("#bias", 1)
        assert beside(drive, "lr") == "", "not asked for so far"
        await drive.fill("#lr", "wrong")
        assert beside(drive, "lr") == ""


async def test_the_best_rate_for_some_epochs_stands_there_while_its_settings_do() -> None:
    async with driving(inline(DIABETES, lr="best:50")) as drive:
        await drive.press("c")
        told = f"= {compact(drive.snapshot.run.settings.lr)}"
        assert beside(drive, "lr") == told
        await drive.fill("#tol", "0.1")
        assert beside(drive, "lr") == told
        await drive.fill("#init", "random")
        assert beside(drive, "lr") == ""


async def test_other_words_stand_for_what_the_backend_has() -> None:
    async with driving(inline()) as drive:
        await drive.press("c")
        for place, info in enumerate(BACKENDS.values()):
            await drive.choose("#backend", place)
            assert beside(drive, "dtype") == f"= {info.dtype}"
            assert beside(drive, "init") == f"= {info.init}"
        await drive.choose("#dtype", 1)
        await drive.fill("#init", "0.5")
        assert beside(drive, "dtype") == beside(drive, "init") == ""


async def test_a_setting_without_effect_says_so() -> None:
    async with driving(inline(epochs=2)) as drive:
        await drive.press("c")
        assert "No effect here: initial weights are 0.1, not drawn" in await about(drive, "seed")
        await drive.fill("#init", "zeros")
        assert "initial weights are zeros, not drawn" in await about(drive, "seed")
        await drive.fill("#init", " random ")
        assert "No effect" not in await about(drive, "seed")
        await drive.fill("#init", "article")
        await drive.choose("#backend", BACKEND_NAMES.index("nn"))
        assert "No effect" not in await about(drive, "seed"), "nn.Linear draws its own"
        await drive.choose("#begin", 1)
        for name in ("seed", "init"):
            assert "No effect in a fork" in await about(drive, name)
        assert "No effect" not in await about(drive, "tol")
        await drive.fill("#device", "cuda:0")
        await drive.choose("#run_by", 3)
        assert "No effect on cuda:0, where no loop is compiled" in await about(drive, "run_by")
        await drive.choose("#run_by", 2)
        assert "No effect" not in await about(drive, "run_by")


async def test_features_that_cannot_be_standardised_have_no_condition_number(write: Write) -> None:
    path = str(write("x,z,y\n1.7e308,1,1\n-1.7e308,2,2\n1.7e308,4,3\n1,3,4\n"))
    async with driving(inline(path, bias=False, standardize=False, lr=1e-300)) as drive:
        await drive.press("c")
        assert "none (the features are too large)" in conditions(drive)
        assert drive.app.is_running


async def test_a_fork_says_that_it_keeps_bias_and_standardising() -> None:
    async with driving(inline(epochs=2)) as drive:
        await drive.press("c")
        await drive.choose("#begin", 1)
        assert reason(drive) == ""
        await drive.choose("#standardize", 0)
        assert "a fork keeps bias and standardising" in reason(drive)
        assert apply_button(drive).disabled
        await drive.choose("#begin", 0)
        assert reason(drive) == ""
        await drive.press("ctrl+s")
        assert drive.engine.latest.config == TrainConfig(standardize=True)


@pytest.mark.parametrize("activity", [Activity.STOPPED, Activity.STARTING])
async def test_the_death_of_the_engine_is_said_and_one_can_apply_again(activity: Activity) -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("c", "ctrl+s")
        notice = "the training process ended (killed by SIGKILL) and was started again"
        engine.say(replace(ready, activity=activity, notice=notice, lost=engine.sent))
        await drive.settle()
        assert isinstance(drive.app.screen, SetupScreen)
        assert notice in reason(drive)
        engine.say(replace(ready, notice=notice))
        await drive.settle()
        assert isinstance(drive.app.screen, SetupScreen)
        await drive.press("ctrl+s")
        assert asked_for(engine) == [Configure(TrainConfig())] * 2
