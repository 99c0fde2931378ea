"""The global options mean the same whether the parser of the command line reads them or nobody but ourselves."""

from __future__ import annotations

import pytest

from agentconsole import locale
from agentconsole.cli.global_options import OPTIONS, leading
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.root import command


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--store", "a.db"),
        ("--store=a.db", "--as", "aoi"),
        ("--store", "a=b.db", "--store", "c.db"),
        ("--as", "葵", "--lang=ja", "--config", "my config.toml", "--locked"),
        ("--locked", "--locked"),
        ("--store", "--locked"),
        ("--as", "-"),
    ],
    ids=" ".join,
)
def test_options_read_without_the_parser_are_those_that_it_reads(words: tuple[str, ...]) -> None:
    options, others = leading(words)
    parsed = command().make_context("agentconsole", list(words)).params
    assert others == []
    assert Invocation.of(options) == Invocation(
        parsed["store"], parsed["agent"], parsed["lang"], parsed["config"], parsed["locked"]
    )


@pytest.mark.parametrize(
    "words",
    [("--stor", "x"), ("--store",), ("--store=",), ("--locked=yes",), ("--help",), ("--",), ("--as", "a\ud800")],
    ids=ascii,
)
def test_what_is_not_plain_is_left_to_the_parser(words: tuple[str, ...]) -> None:
    assert leading(words)[1]


def test_what_stands_behind_the_command_is_the_commands() -> None:
    assert leading(["--lang", "ja", "kb", "search", "--lang", "en"]) == (
        {"--lang": "ja"},
        ["kb", "search", "--lang", "en"],
    )


def test_every_global_option_is_one_of_the_parsers() -> None:
    locale.set_language("en")
    program = command()
    told = {name: each.help for each in program.params for name in each.opts}
    assert {name: told[name] for name in OPTIONS} == {name: option.help for name, option in OPTIONS.items()}
