"""``linreg-tui config``: where the settings are, and what they are."""

from __future__ import annotations

import json

from linreg_core import visible
from tui.cli.streams import print_result

DEFAULTS = {
    "theme": "linreg-dark",
    "pace": "accelerating",
    "detail": False,
    "digits": 5,
    "marker": "braille",
}


def show_config(*, as_json: bool) -> None:
    """Print the path of the file and every setting, with where it comes from.

    Raises:
        LinregError: "bad-setting".
    """
    from tui.host.settings import chosen, read_settings, settings_file  # noqa: PLC0415

    path, remembered = settings_file(), chosen()
    settings = read_settings(path)
    rows = {}
    for name, default in DEFAULTS.items():
        value = getattr(settings, name)
        if value is not None:
            rows[name] = (value, "file")
        elif name in remembered:
            rows[name] = (remembered[name], "chosen on the screen")
        else:
            rows[name] = (default, "default")
    if as_json:
        values = {name: value for name, (value, _) in rows.items()} | {"keys": dict(settings.keys)}
        print_result(json.dumps({"file": None if path is None else str(path)} | values))
        return
    location = "no file: you have no home folder" if path is None else visible(str(path))
    is_there = path is not None and path.is_file()
    absent = "" if is_there or path is None else " (not there: all is as it comes)"
    lines = [location + absent, ""]
    lines += [f"{name:<8} {_written(value):<16} {origin}" for name, (value, origin) in rows.items()]
    lines += [f"keys     {visible(action)} = {keys}" for action, keys in settings.keys.items()]
    print_result("\n".join(lines))


def _written(value: object) -> str:
    return visible(json.dumps(value))
