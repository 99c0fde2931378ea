"""Where, in a mail's text, the quotation of earlier mails begins: what a reader has read already, further up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from agentconsole.domain.text.blocks import compiled

_QUOTED: Final = r"[ \t]{0,3}(?:[>＞|｜]|&gt;)"
_SIGNATURE: Final = r"-- ?|－－ ?|__+"
_LOOKED_AT: Final = 400
"""Characters of a line that are looked at."""
_HEADER_LINES: Final = 3
"""Lines over which programs break `On ... wrote:`."""

_DATE: Final = (
    r"(?i)\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?\b|\d{1,4} ?年 ?\d{1,2} ?月|\d{1,2}:\d\d"
    r"|\b\d{1,2}\.? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez|juin|juil|ene)[a-zé]*\.?,? \d{4}"
    r"|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}"
)
_WROTE: Final = (
    r"(?i)(\bwrote|\bwrites|\bsaid|さん(は|が)?(こう)?書(きました|いた)|は書きました|のメ(ール|ッセージ)|さんの発言|が書いた"
    r"|写道|寫道|写到|来信|schrieb( [^:：]{1,80})?|a écrit|escribió|ha scritto|написала?(\(а\))?|napisała?|geschreven"
    r"|skrev|<[^<>\s]{1,120}@[^<>\s]{1,120}>)[ \u3000\xa0]?[:：]?\s*$"
)
_OPENING: Final = r"(?i)\s*(on|at|am|le|el|il|op|在|于|於)\b|\s*[(（「]?\d"
_ORIGINAL: Final = (
    r"(?i)\s*[-_=*]{3,}\s*(original|original message|original mail|reply message|ursprüngliche nachricht"
    r"|message d'origine|mensaje original|元のメ(ール|ッセージ)|オリジナル(メ(ール|ッセージ))?|原始邮件"
    r"|原始郵件|原郵件|原邮件|回复的原邮件|原始訊息)\s*[-_=*]{3,}\s*$"
)
_FORWARDED: Final = (
    r"(?i)\s*[-_=*]{3,}.{0,20}(forwarded|転送|转发|轉寄|weitergeleitet|transféré).{0,30}"
    r"|\s*begin forwarded message\s*[:：]|\s*転送開始"
)
_LABELS: Final = {
    "from": "from|差出人|送信者|发件人|發件人|寄件者|寄件人|von|de|da|от",
    "sent": "sent|date|送信日時|送信日|日時|日付|发送时间|发送日期|發送時間|傳送時間|寄件日期|日期|时间|時間|gesendet"
    "|datum|envoyé|enviado|inviato|отправлено|дата",
    "subject": "subject|件名|主题|主題|主旨|betreff|objet|asunto|oggetto|тема",
    "to": "to|cc|宛先|收件人|收件者|抄送|an|à|para|кому",
}
_LABEL: Final = (
    r"(?i)\s*\*?(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items()) + r")\s*\*?\s*[:：]"
)
_BLOCK: Final = 6
"""Lines in which a header in words names its sender and its date."""


def quoted_from(body: str) -> int:
    """The line, counted from 0 and split at line feeds, from which on everything is quoted.

    The number of lines if nothing is: where new text stands between or behind quotations, where a mail was forwarded
    (that is news), and where there would be nothing left to read.
    """
    lines = [line[:_LOOKED_AT].rstrip("\r") for line in body.split("\n")]
    found = min(_explicit(lines), _marked(lines), _announced(lines))
    has_news = any(line.strip() for line in lines[:found])
    return found if has_news else len(lines)


def _explicit(lines: Sequence[str]) -> int:
    """Where a line of its own, or a header in words, says that the rest is the original."""
    for at, line in enumerate(lines):
        if compiled(_FORWARDED).match(line):
            break
        if compiled(_ORIGINAL).match(line):
            return at
        if compiled(_LABEL).match(line) and _is_header(lines[at : at + _BLOCK]):
            return at - 1 if at and re.fullmatch(r"\s*[_-]{5,}\s*", lines[at - 1]) else at
    return len(lines)


def _is_header(lines: Sequence[str]) -> bool:
    """Whether lines name a mail's sender, date and subject. From, to and date alone are also told of a transfer."""
    found = {label.lastgroup: line for line in lines if (label := compiled(_LABEL).match(line))}
    return {"from", "sent"} <= found.keys() and ("subject" in found or "@" in found["from"])


def _marked(lines: Sequence[str]) -> int:
    """Where the marked lines begin that reach to the end, with the line that announces them."""
    end = _before_signature(lines)
    start = end
    for at in range(end - 1, -1, -1):
        if compiled(_QUOTED).match(lines[at]):
            start = at
        elif lines[at].strip():
            break
    if start == end:
        return len(lines)
    return _with_announcement(lines, start)


def _before_signature(lines: Sequence[str]) -> int:
    """The end of the text: a signature behind the quotation is no answer to it."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 15), -1):
        if compiled(_QUOTED).match(lines[at]):
            break
        if compiled(_SIGNATURE).fullmatch(lines[at]):
            return at
    return len(lines)


def _with_announcement(lines: Sequence[str], start: int) -> int:
    at = start - 1
    while at >= max(0, start - 3) and not lines[at].strip():
        at -= 1
    if at < 0 or not lines[at].strip():
        return start
    for first in range(at, max(-1, at - _HEADER_LINES), -1):
        text = " ".join(lines[first : at + 1])
        if not lines[first].strip() or compiled(_QUOTED).match(lines[first]):
            break
        if compiled(_DATE).search(text) and (compiled(_WROTE).search(text) or text.rstrip().endswith((":", "："))):
            return first
    return at if compiled(_WROTE).search(lines[at]) else start


def _announced(lines: Sequence[str]) -> int:
    """Where `On ... wrote:` stands before a quotation without marks, which reaches to the end."""
    last_quoted = next((at for at in range(len(lines) - 1, -1, -1) if compiled(_QUOTED).match(lines[at])), -1)
    for at in range(last_quoted + 1, len(lines)):
        if not (compiled(_OPENING).match(lines[at]) or compiled(_WROTE).search(lines[at])):
            continue
        for end in range(at + 1, min(at + _HEADER_LINES, len(lines)) + 1):
            text = " ".join(lines[at:end])
            if compiled(_DATE).search(text) and compiled(_WROTE).search(text) and text.rstrip().endswith((":", "：")):
                return at
    return len(lines)
