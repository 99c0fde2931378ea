"""Puts the figures into the READMEs: `python -m benchmarks --json | python -m benchmarks.table`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
BEGIN: Final = "<!-- speed table -->"
END: Final = "<!-- end of speed table -->"

_YARDSTICKS: Final = {
    "a bare Textual app to its line of text": "文字を1行出すだけの Textual アプリ",
    "a bare Textual app": "文字を1行出すだけの Textual アプリ",
    "Textual's DataTable, 1,000 rows": "Textual の DataTable、1,000行",
    "Textual's TextArea, eight lines": "Textual の TextArea、8行",
    "the same rows by hand-written SQL": "手書きの SQL で同じ行",
    "the same rows by raw executemany": "同じ行を executemany でそのまま書く",
    "the same rows and the same index by raw executemany": "同じ行と同じ全文索引を executemany でそのまま書く",
    "its first sync": "最初の取り込み",
}
_FIGURES: Final = {
    "start.fixtures": "起動から最初の行まで (サンプル入りの既存の保存ファイル)",
    "start.large": "起動から最初の行まで (チケット10万件)",
    "start.demo": "デモの保存ファイルを作る",
    "keys.row.bytes": "1行下へ: バイト数",
    "keys.row.ms": "1行下へ: 描き終わるまで",
    "keys.row.p99": "1行下へ: 描き終わるまで、100回中99回",
    "keys.page.bytes": "1ページ下へ: バイト数",
    "keys.page.ms": "1ページ下へ: 描き終わるまで",
    "keys.page.p99": "1ページ下へ: 描き終わるまで、100回中99回",
    "keys.character.bytes": "返信欄に1文字: バイト数",
    "keys.character.ms": "返信欄に1文字: 描き終わるまで",
    "keys.character.p99": "返信欄に1文字: 描き終わるまで、100回中99回",
    "keys.idle": "何もしないとき (一覧の先頭)",
    "keys.idle.timers": "何もしないとき: 期限まで5分以内のタイマー22個",
    "page.due": "期限順の未対応50件",
    "page.due.p99": "期限順の未対応50件、100回中99回",
    "page.tier": "一つの階層の期限順50件",
    "page.tier.p99": "一つの階層の期限順50件、100回中99回",
    "page.words": "2文字の語を含む未対応50件",
    "page.words.p99": "2文字の語を含む未対応50件、100回中99回",
    "page.rare": "まれな語を含む未対応50件",
    "page.rare.p99": "まれな語を含む未対応50件、100回中99回",
    "page.history": "一人の顧客の対応履歴",
    "page.history.p99": "一人の顧客の対応履歴、100回中99回",
    "sync.first": "取り込み: チケット2万件とコメント6万件",
    "sync.indexed": "取り込み: 索引つきの下限と比べて",
    "sync.share.receive": "うち補助プロセスからの受け取り",
    "sync.share.rows": "うち行とイベント",
    "sync.share.index": "うち全文索引",
    "sync.share.clocks": "うち期限",
    "sync.share.commit": "うち確定",
    "sync.share.other": "うちその他",
    "sync.helper": "補助プロセスの CPU 時間の割合",
    "sync.again": "同じものの再取り込み",
    "sync.little": "1 % だけ変わったものの再取り込み",
    "sync.apart": "取り込み: コメントが別ファイル",
    "deadline.office": "deadline(): 東京の事務所",
    "deadline.office.ratio": "deadline(): 東京の事務所",
    "deadline.office.businesstimedelta": "同上",
    "deadline.office.dateutil": "同上",
    "deadline.lunch": "deadline(): 昼休みのあるニューヨークの事務所",
    "deadline.lunch.ratio": "deadline(): 昼休みのあるニューヨークの事務所",
    "deadline.lunch.businesstimedelta": "同上",
    "deadline.lunch.dateutil": "同上",
    "derive.ticket": "取り込んだチケット1件の期限 (最良の回)",
}
_UNITS: Final = {"tickets/s": "件/秒", "B/s": "B/秒", "ms": "ミリ秒"}


@dataclass(frozen=True, slots=True)
class Language:
    """How one README says it."""

    file: str
    head: Sequence[str]
    figures: Mapping[str, str]
    yardsticks: Mapping[str, str]
    units: Mapping[str, str]
    verdicts: Mapping[bool, str]
    below: str


LANGUAGES: Final = (
    Language(
        "README.md",
        ("What", "agentconsole", "Yardstick in the same run", "Ratio", "Target"),
        {},
        {},
        {},
        {True: "met", False: "missed"},
        "Medians unless it says otherwise; {cores} cores, Python {python}, SQLite {sqlite}, Textual {textual}.",
    ),
    Language(
        "README.ja.md",
        ("項目", "agentconsole", "同じ実行で測った物差し", "比", "目標"),
        _FIGURES,
        _YARDSTICKS,
        _UNITS,
        {True: "達成", False: "未達"},
        "断りがなければ中央値。{cores}コア、Python {python}、SQLite {sqlite}、Textual {textual}。",
    ),
)


def main() -> int:
    """Reads the JSON on standard input; 1 if a README lacks the two comments between which the table goes."""
    measured = json.load(sys.stdin)
    status = 0
    for language in LANGUAGES:
        path = ROOT / language.file
        before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN) if path.exists() else ("", "", "")
        _, end, after = rest.partition(END)
        if not begin or not end:
            print(f"{language.file}: no place for the table between {BEGIN} and {END}", file=sys.stderr)
            status = 1
            continue
        text = f"{before}{BEGIN}\n{table(measured, language)}\n{END}{after}"
        path.write_text(text, encoding="utf-8")
    return status


def table(measured: Mapping[str, Any], language: Language) -> str:
    """The figures as a Markdown table, and under it the machine."""
    lines = [language.head, ("---", "---:", "---", "---:", "---")]
    lines += [_row(result, language) for result in measured["results"]]
    rows = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{rows}\n\n{language.below.format(**measured['machine'])}"


def _row(result: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    unit = language.units.get(result["unit"], result["unit"])
    yardstick = language.yardsticks.get(result["yardstick"], result["yardstick"])
    verdict = "" if result["met"] is None else f"{result['target']}: {language.verdicts[result['met']]}"
    return (
        language.figures.get(result["key"], result["what"]),
        f"{amount(result['ours'])} {unit}",
        "" if result["beside"] is None else f"{amount(result['beside'])} {unit} ({yardstick})",
        "" if result["ratio"] is None else f"{result['ratio']:.2f}x",
        verdict,
    )


def amount(value: float) -> str:
    """A figure with as many digits as it is worth."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
