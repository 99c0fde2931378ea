from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agentconsole.config import AfterSend, Glyphs, KeyMap, clock_from, load_settings, local_zone
from agentconsole.domain.errors import UsageError


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_there_are_usable_defaults(tmp_path: Path) -> None:
    settings = load_settings(environ={"USER": "aoi", "TZ": "Asia/Tokyo"})
    assert settings.store == tmp_path / "data" / "agentconsole" / "agentconsole.db"
    assert (settings.agent, settings.language, settings.zone) == ("aoi", "en", "Asia/Tokyo")
    assert (settings.glyphs, settings.after_send, settings.keymap) == (Glyphs.UNICODE, AfterSend.NEXT, KeyMap.PLAIN)
    assert settings.config_file is None
    assert not settings.locked


def test_option_beats_environment_beats_file_beats_locale(tmp_path: Path) -> None:
    file = written(tmp_path, 'language = "ja"\nagent = "ken"\nstore = "desk.db"\n')
    environ = {"LANG": "en_US.UTF-8", "USER": "nobody"}
    assert load_settings(config=file, environ=environ).language == "ja"
    assert load_settings(config=file, environ=environ).agent == "ken"
    assert load_settings(config=file, environ=environ).store == tmp_path / "desk.db"
    environ |= {"AGENTCONSOLE_LANG": "en", "AGENTCONSOLE_AGENT": "mei", "AGENTCONSOLE_STORE": "here.db"}
    from_environment = load_settings(config=file, environ=environ)
    assert (from_environment.language, from_environment.agent) == ("en", "mei")
    assert from_environment.store == Path("here.db")
    from_options = load_settings(config=file, environ=environ, lang="ja", agent="aoi", store=Path("there.db"))
    assert (from_options.language, from_options.agent, from_options.store) == ("ja", "aoi", Path("there.db"))


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ja", "LANG": "C"}, "ja"),
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_of_the_locale(environ: dict[str, str], language: str) -> None:
    assert load_settings(environ=environ).language == language


def test_everything_that_is_wrong_is_told_with_file_line_and_the_nearest_word(tmp_path: Path) -> None:
    file = written(
        tmp_path, '\nafter_sent = "next"\nglyphs = "asci"\nzone = "Asia/Tokio"\nlanguage = "jp"\nmouse = 1\n'
    )
    with pytest.raises(UsageError) as refused:
        load_settings(config=file, environ={})
    lines = refused.value.message.splitlines()
    assert lines[0].startswith(f"{file}:2:")
    assert "did you mean 'after_send'?" in lines[0]
    assert [line.split(":")[1] for line in lines] == ["2", "3", "4", "5", "6"]
    assert "did you mean 'ascii'?" in lines[1]


@pytest.mark.parametrize(("text", "line"), [('theme = "a"\nkeys = [', 2), ('theme = "a"\ntheme = "b"\n', 2)])
def test_a_file_that_is_not_toml_names_the_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(UsageError, match=f"mine.toml:{line}:"):
        load_settings(config=written(tmp_path, text), environ={})


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(config=tmp_path / "none.toml", environ={})
    (tmp_path / "latin.toml").write_bytes(b'theme = "\xe9"')
    with pytest.raises(UsageError, match="not UTF-8"):
        load_settings(config=tmp_path / "latin.toml", environ={})


def test_the_usual_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "agentconsole"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[keys]\nreply = ["r", "F8"]\nsolve = "z"\n')
    settings = load_settings(environ={})
    assert settings.keys == {"reply": ("r", "F8"), "solve": ("z",)}
    assert settings.config_file == folder / "config.toml"


def test_the_lock_can_be_set_but_not_taken_off(tmp_path: Path) -> None:
    assert load_settings(config=written(tmp_path, "locked = true"), environ={}).locked
    assert load_settings(config=written(tmp_path, "locked = false"), locked=True, environ={}).locked


def test_a_login_that_cannot_be_shown_is_refused() -> None:
    with pytest.raises(UsageError, match="login"):
        load_settings(agent="a\x1b[31m", environ={})


def test_an_unknown_language_is_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match="'jp'") as refused:
        load_settings(lang="jp", environ={})
    assert "ja" in refused.value.hint


@pytest.mark.parametrize(
    ("named", "zone"), [("Europe/Paris", "Europe/Paris"), (":/usr/share/zoneinfo/America/Lima", "America/Lima")]
)
def test_the_zone_of_the_environment(named: str, zone: str) -> None:
    assert local_zone({"TZ": named}) == zone


def test_a_zone_that_is_none_falls_back_to_one_that_is() -> None:
    assert local_zone({"TZ": "JST-9"}) == local_zone({})


def test_the_clock_stops_where_it_is_told() -> None:
    frozen = clock_from({"AGENTCONSOLE_NOW": "2026-11-20T18:00:00+09:00"})
    assert frozen() == datetime(2026, 11, 20, 9, tzinfo=UTC) == frozen()
    assert clock_from({})().tzinfo is UTC
    with pytest.raises(UsageError, match="AGENTCONSOLE_NOW"):
        clock_from({"AGENTCONSOLE_NOW": "2026-11-20T18:00:00"})
