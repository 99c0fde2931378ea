"""What holds for every command: global options, exit status, where words go, what is loaded."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from agentconsole import __version__, cli
from agentconsole.cli import output
from agentconsole.cli.root import COMMANDS
from agentconsole.domain.instants import iso
from agentconsole.services.session import Session
from agentconsole.store.store import Store
from tests.support.command_line import Opened, Run

PROGRAM = "from agentconsole.cli import main; raise SystemExit(main())"


def spawn(*words: str, program: str = PROGRAM, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | environ,
        check=False,
        timeout=60,
    )


def test_the_version_is_all_that_is_printed(run: Run) -> None:
    ran = run("--version")
    assert (ran.status, ran.out, ran.err) == (0, f"agentconsole {__version__}\n", "")


def test_help_names_every_command(run: Run) -> None:
    ran = run("--help")
    assert ran.status == 0
    for name in ("demo", "init", "desk", "sync", "outbox", "tickets", "ticket", "customer", "sla", "kb", "canned"):
        assert f"  {name} " in ran.out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("tikets",), "tickets"),
        (("--stor", "x", "tickets"), "--store"),
        (("tickets", "--jsn"), "--json"),
        (("ticket", "clam", "10001"), "claim"),
        (("kb", "serch", "x"), "search"),
        (("sync", "history", "--jsn"), "--json"),
        (("ticket", "escalate", "10001", "--teem", "tax"), "--team"),
        (("tickets", "statsu:open"), "status"),
        (("tickets", "--sort", "craeted"), "created"),
        (("ticket", "priority", "10001", "hihg"), "high"),
        (("--lang", "jp", "tickets"), "ja"),
    ],
)
def test_wrong_words_get_the_nearest_right_one(run: Run, opened: Opened, words: tuple[object, ...], hint: str) -> None:
    opened()
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert hint in ran.err


def test_global_options_stand_before_the_command(run: Run) -> None:
    ran = run("tickets", "--store", "x.db")
    assert ran.status == 2
    assert "before the command" in ran.err


def test_missing_words_are_wrong_usage(run: Run) -> None:
    assert run("ticket", "show").status == 2
    assert run("ticket", "new", "--desk", "default").status == 2
    for group in ("desk", "customer", "sla", "ticket"):
        ran = run(group)
        assert (ran.status, ran.out) == (2, "")
        assert "show" in ran.err or "explain" in ran.err


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("tickets", "tier:9"), "tier に「9」という値はありません", "1, 2, 3"),
        (("tickets", "teir:2"), "「teir」という項目はありません", "「tier:」のことですか"),
        (("tickets", "due:soon"), "「soon」は日時ではありません", "<30m"),
        (("tickets", "(入金"), "1 文字目", ""),
        (("tickets", "--sort", "craeted"), "並べ替えられません", "created"),
        (("tickets", "--limit", "many"), "整数", "--help"),
        (("tickets", "--limit", "-1"), "整数", "--help"),
        (("tickets", "--limit"), "値が必要です", "--help"),
        (("tickets", "--json=yes"), "値は付けられません", "--help"),
        (("ticket", "show"), "REF がありません", "--help"),
        (("ticket", "show", "1", "2"), "'2' は余分です", "--help"),
        (("ticket", "tag", "10001"), "tag には TAGS が必要です", "--help"),
        (("--json", "tickets"), "--json", "コマンドの後ろに置きます"),
        (("ticket", "clam", "10001"), "というコマンドはありません", "claim"),
        (("ticket",), "もう一語", "claim"),
        (("ticket", "escalate", "10001"), "--reason が必要です", "--help"),
        (("ticket", "priority", "10001", "hihg"), "という値はありません", "high"),
        (("ticket", "show", "99"), "チケット 99 はありません", "zendesk:3661"),
        (("customer", "show", "99"), "顧客 99 はありません", "zendesk:4821"),
        (("kb", "show", "x"), "という記事はありません", ""),
        (("desk", "show", "x"), "という窓口はありません", "desk list"),
    ],
)
def test_a_japanese_interface_says_in_japanese_what_is_wrong(
    run: Run, opened: Opened, words: tuple[object, ...], message: str, hint: str
) -> None:
    opened()
    ran = run("--lang", "ja", *words)
    assert ran.out == ""
    assert message in ran.err
    assert hint in ran.err


@pytest.mark.parametrize("words", [(), ("ticket",), ("ticket", "escalate"), ("outbox", "list"), ("sync", "rejected")])
def test_a_japanese_interface_has_japanese_help(words: tuple[str, ...]) -> None:
    ran = spawn("--lang", "ja", *words, "--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"使い方: agentconsole {' '.join(words)}".rstrip() + " [オプション]")
    assert "この説明を表示して終わります。" in ran.stdout
    said = re.sub(r"--[a-z]+ \S*|COMMAND|ARGS|REF|JSON|SLA", "", ran.stdout)
    assert not re.search("Usage|Show|Options|Commands|required|default:", said)


def test_help_says_what_has_to_be_given(run: Run) -> None:
    for verb in ("escalate", "new"):
        assert "[required]" in run("ticket", verb, "--help").out
    assert "[default: due]" in run("tickets", "--help").out
    for words, usage in {
        ("tickets",): "tickets [OPTIONS] [QUERY]...",
        ("sync",): "sync [OPTIONS] PATH...",
        ("ticket", "reply"): "ticket reply [OPTIONS] REF... [-]",
        ("sla", "apply"): "sla apply [OPTIONS] [DESK...]",
        ("kb",): "kb [OPTIONS] COMMAND [ARGS]...",
    }.items():
        assert run(*words, "--help").out.splitlines()[0] == f"Usage: agentconsole {usage}"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("desk", "show", "\udcff"), 2),
        (("kb", "show", "\ud800"), 2),
        (("canned", "render", "\udcff", "--ticket", "10001"), 2),
        (("sync", "rejected", "list", "--source", "\udcff"), 2),
        (("ticket", "show", "\udcff"), 1),
        (("tickets", "\udcff"), 2),
        (("sync", "show", "9" * 30), 2),
        (("sync", "history", "--limit", "9" * 30), 2),
        (("sync", "rejected", "retry", "9" * 30), 2),
        (("outbox", "export", "x.json", "--again", "9" * 30), 1),
        (("sync", "rejected", "show", "9" * 30), 2),
        (("ticket", "show", "9" * 30), 1),
        (("tickets", "--limit", "9" * 30), 0),
    ],
    ids=ascii,
)
def test_bytes_that_are_no_text_and_endless_numbers_are_told(
    run: Run, opened: Opened, words: tuple[str, ...], status: int
) -> None:
    opened()
    ran = run(*words, "--json")
    assert ran.status == status, ran.err
    assert not status or set(ran.error) == {"code", "message", "hint"}


def test_a_failure_with_json_is_a_document_on_standard_error_alone(run: Run) -> None:
    assert run("ticket", "show", "99", "--json").error["code"] == "not_found"
    assert run("ticket", "show", "--json").error["code"] == "usage"
    assert run("tickets", "tg:x", "--json").error["hint"]


def test_a_missing_store_says_what_to_do(run: Run, tmp_path: Path) -> None:
    ran = run("--store", tmp_path / "none.db", "tickets")
    assert ran.status == 1
    assert "agentconsole init" in ran.err


def test_a_file_that_is_no_store_is_no_traceback(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "junk.db"
    path.write_bytes(b"junk" * 1000)
    ran = run("--store", path, "tickets", "--json")
    assert ran.status == 1
    assert ran.error["code"] == "store"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write whatever the modes say")
def test_a_store_that_cannot_be_written_says_where_to_take_it(run: Run, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "read only"
    folder.mkdir()
    (folder / "store.db").write_bytes(store.path.read_bytes())
    folder.chmod(0o500)
    ran = run("--store", folder / "store.db", "tickets")
    folder.chmod(0o700)
    assert ran.status == 1
    assert "copy it" in ran.err


def test_the_console_needs_a_terminal(run: Run) -> None:
    ran = run()
    assert (ran.status, ran.out) == (1, "")
    assert "terminal" in ran.err
    assert run("demo").status == 1


def test_a_frozen_clock_writes_to_fixture_stores_only(
    run: Run, opened: Opened, empty_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run("ticket", "claim", opened()).status == 0
    plain = tmp_path / "plain.db"
    plain.write_bytes(empty_store.read_bytes())
    for words in (("init",), ("ticket", "claim", 10001), ("desk", "apply", "x.toml"), ("outbox", "export", "x.json")):
        assert run("--store", plain, *words).status in (1, 2)
    refused = run("--store", plain, "ticket", "claim", 10001, "--json")
    assert (refused.status, refused.error["code"]) == (1, "frozen_clock")
    assert run("--store", plain, "tickets").status == 0
    monkeypatch.setenv("AGENTCONSOLE_NOW", "soon")
    assert run("tickets").status == 2


def test_who_writes_has_noticed_first_what_came_due(
    run: Run, opened: Opened, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten, other = opened(), opened()

    def verbs() -> list[str]:
        return [event["verb"] for event in run("ticket", "show", forgotten, "--json").document["events"]]

    monkeypatch.setenv("AGENTCONSOLE_NOW", iso(session.now() + timedelta(days=30)))
    before = verbs()
    assert run("ticket", "claim", other).status == 0
    assert verbs()[: len(before)] == before
    assert len(verbs()) > len(before)


def test_an_interrupted_command_says_so_by_its_status(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_words: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("agentconsole.store.tickets.page", stop)
    assert run("tickets").status == 130


def test_a_reader_that_goes_away_is_no_failure() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, "keys"], stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "streams", "status"),
    [
        ("tickets", ">&-", 0),
        ("ticket show 99", ">&- 2>&-", 1),
        ("ticket note 99 -", "<&-", 1),
        ("sync -", "<&-", 1),
        ("tickets --help", ">/dev/full", 1),
    ],
)
def test_streams_that_are_closed_or_full_are_no_traceback(store: Store, words: str, streams: str, status: int) -> None:
    if "full" in streams and not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    line = f'exec "$0" -c "$1" --store "$2" {words} {streams}'
    ran = subprocess.run(
        ["sh", "-c", line, sys.executable, PROGRAM, store.path], stderr=subprocess.PIPE, text=True, check=False
    )
    assert (ran.returncode, "Traceback" in ran.stderr, "Exception" in ran.stderr) == (status, False, False)


def test_what_would_act_on_a_terminal_is_escaped_and_the_rest_is_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    value = "入金\x1b[31m\x85\x9b\x7f\ud800\u2028\n"
    output.emit_line({"text": value})
    written = out.getvalue()
    assert json.loads(written) == {"text": value}
    assert "入金" in written
    assert written.endswith("\n")
    assert all(character.isprintable() for character in written[:-1])


def test_json_stays_json_where_the_stream_cannot_carry_japanese() -> None:
    escaped = output.escaped(json.dumps("入金😀", ensure_ascii=False), "ascii")
    assert escaped.isascii()
    assert json.loads(escaped) == "入金😀"


def test_a_stream_that_cannot_carry_japanese_stops_nothing(store: Store) -> None:
    ran = spawn("--lang", "ja", "--store", str(store.path), "tickets", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False)


def test_only_the_console_imports_the_app() -> None:
    folder = Path(cli.__file__).parent
    naming = [file.name for file in folder.glob("*.py") if "agentconsole.app" in file.read_text(encoding="utf-8")]
    assert naming == ["console.py"]


def test_hints_name_commands_that_are_there() -> None:
    package = Path(cli.__file__).parent.parent
    source = "\n".join(file.read_text(encoding="utf-8") for file in sorted(package.rglob("*.py")))
    named = set(re.findall(r"""["'`{}() ]agentconsole ([a-z]+)""", source)) - {"import", "stopped"}
    commands = {name.split()[0] for name in COMMANDS}
    assert {"init", "desk", "ticket", "outbox"} <= named
    assert named <= commands
