"""The query language: one table of texts and trees, properties, and what must never happen."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agentconsole.domain import query as q
from agentconsole.domain.errors import UsageError
from agentconsole.domain.query import ME, NONE, All, And, Compare, Not, NumberOrText, Op, Or, Query, QueryError, Text
from agentconsole.domain.values import Priority, Status
from tests.support.hostile import HOSTILE, naughty
from tests.support.query_text import unparse

NOW = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)
"""18:00 in Tokyo."""
TOKYO = ZoneInfo("Asia/Tokyo")


def parse(text: str) -> Query:
    return q.parse(text, now=NOW, zone=TOKYO)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


def eq(field: str, *values: q.Value) -> Compare:
    return Compare(field, Op.EQ, values)


def when(field: str, op: Op, *instants: str) -> Compare:
    return Compare(field, op, tuple(at(instant) for instant in instants))


CASES: list[tuple[str, Query]] = [
    # nothing, words, phrases
    ("", All()),
    (" \t\u3000\n", All()),
    ("入金", Text("入金")),
    ("Deposit delayed", And((Text("Deposit"), Text("delayed")))),
    ("入金\u3000遅延", And((Text("入金"), Text("遅延")))),
    ('"two words"', Text("two words")),
    ("＂二段階 認証＂", Text("二段階 認証")),
    ("”二段階 認証”", Text("二段階 認証")),
    ("“open close”", Text("open close")),
    (r'"a \"b\" \\ \n"', Text(r'a "b" \ \n')),
    ('5" pipe', And((Text('5"'), Text("pipe")))),
    ("hello,world", Text("hello,world")),
    ("foo(bar)", Text("foo(bar)")),
    ("出金（審査中）", Text("出金（審査中）")),
    ("100% a_b 'x' --", And((Text("100%"), Text("a_b"), Text("'x'"), Text("--")))),
    # numbers
    ("10234", NumberOrText(10234, "10234")),
    ("#10234", NumberOrText(10234, "#10234")),
    ("１０２３４", NumberOrText(10234, "１０２３４")),
    ("-10234", Not(NumberOrText(10234, "10234"))),
    ('"10234"', Text("10234")),
    ("9" * 40, Text("9" * 40)),
    ("1.5", Text("1.5")),
    # and, or, not, brackets
    ("a OR b", Or((Text("a"), Text("b")))),
    ("a or b c", Or((Text("a"), And((Text("b"), Text("c")))))),
    ("a ＯＲ b", Or((Text("a"), Text("b")))),
    ("(a or b) c", And((Or((Text("a"), Text("b"))), Text("c")))),
    ("（a or b）\u3000c", And((Or((Text("a"), Text("b"))), Text("c")))),
    ("a or (b or c)", Or((Text("a"), Text("b"), Text("c")))),
    ("(a (b c))", And((Text("a"), Text("b"), Text("c")))),
    ("((a))", Text("a")),
    ("a AND b", And((Text("a"), Text("b")))),
    ("a and b", And((Text("a"), Text("and"), Text("b")))),
    ("or", Text("or")),
    ("a or", And((Text("a"), Text("or")))),
    ("(a or)", And((Text("a"), Text("or")))),
    ("or a", And((Text("or"), Text("a")))),
    ('a "or" b', And((Text("a"), Text("or"), Text("b")))),
    ("oracle origin", And((Text("oracle"), Text("origin")))),
    ("-a", Not(Text("a"))),
    ("－a −b", And((Not(Text("a")), Not(Text("b"))))),
    ("-(a b)", Not(And((Text("a"), Text("b"))))),
    ("-(-a)", Not(Not(Text("a")))),
    ('-"a b"', Not(Text("a b"))),
    ("--a - a-b", And((Text("--a"), Text("-"), Text("a-b")))),
    ("(a)b", And((Text("a"), Text("b")))),
    # enumerations
    ("tier:2", eq("tier", 2)),
    ("tier:1,3", eq("tier", 1, 3)),
    ("tier:>=2", eq("tier", 2, 3)),
    ("階層：２", eq("tier", 2)),
    ("status:new,open", eq("status", "new", "open")),
    ("status:new,new", eq("status", "new")),
    ("STATUS:New", eq("status", "new")),
    ("ｓｔａｔｕｓ：ｎｅｗ", eq("status", "new")),
    ("状態:new、open", eq("status", "new", "open")),
    ("状態：new，open", eq("status", "new", "open")),
    ('status:"new"', eq("status", "new")),
    ("-status:closed", Not(eq("status", "closed"))),
    ("priority:urgent,none", eq("priority", "urgent", NONE)),
    ("優先度:>=high", eq("priority", "high", "urgent")),
    ("priority:<normal", eq("priority", "low")),
    ("channel:phone", eq("channel", "phone")),
    ("チャネル:chat", eq("channel", "chat")),
    ("ﾁｬﾈﾙ:chat", eq("channel", "chat")),
    ("is:open", eq("is", "open")),
    ("is:mine", eq("is", ME)),
    ("is:breached,unassigned", eq("is", "breached", "unassigned")),
    # keys and texts
    ("team:tax", eq("team", "tax")),
    ("チーム:ｔａｘ", eq("team", "tax")),
    ("team:none", eq("team", NONE)),
    ("desk:Tokyo-1", eq("desk", "Tokyo-1")),
    ("assignee:me", eq("assignee", ME)),
    ("担当:aoi,me", eq("assignee", "aoi", ME)),
    ("担当:自分", eq("assignee", ME)),
    ("assignee:none", eq("assignee", NONE)),
    ('assignee:"me"', eq("assignee", "me")),
    ('customer:"佐藤 花子"', eq("customer", "佐藤 花子")),
    ("顧客：佐藤", eq("customer", "佐藤")),
    ('customer:"a,b",c', eq("customer", "a,b", "c")),
    ("tag:me", eq("tag", "me")),
    ("タグ:vip", eq("tag", "vip")),
    ("category:withdrawal", eq("category", "withdrawal")),
    ("source:zendesk", eq("source", "zendesk")),
    ("field.txid:0x5F3a", eq("field.txid", "0x5F3a")),
    ("Field.TxId:a:b", eq("field.TxId", "a:b")),
    ("項目.txid：abc", eq("field.txid", "abc")),
    ('field.url:"https://a.example/?q=(1)"', eq("field.url", "https://a.example/?q=(1)")),
    ("(tag:a) tag:b(c)", And((eq("tag", "a"), eq("tag", "b(c)")))),
    ("lang:ja-JP", eq("lang", "ja")),
    ("言語:zh-TW", eq("lang", "zh-Hant")),
    ("lang:zh", eq("lang", "zh-Hans", "zh-Hant")),
    ("lang:none", eq("lang", NONE)),
    ("number:10001,10005", eq("number", 10001, 10005)),
    ("番号:#10001", eq("number", 10001)),
    ("number:>10100", Compare("number", Op.GT, (10100,))),
    ("number:>5,3,4", Or((eq("number", 3, 4), Compare("number", Op.GT, (5,))))),
    # text that holds a colon
    ("https://example.com/a:b?c=d", Text("https://example.com/a:b?c=d")),
    ("10:30", Text("10:30")),
    ("１０：３０", Text("１０：３０")),
    ("mailto:a@example.com", Text("mailto:a@example.com")),
    ("2001:db8::1", Text("2001:db8::1")),
    ("std::string", Text("std::string")),
    (":(", Text(":(")),
    (':"x', Text(':"x')),
    ('"status:new"', Text("status:new")),
    # times ahead
    ("due:<30m", when("due", Op.LT, "2026-11-20T09:30:00")),
    ("期限：＜３０ｍ", when("due", Op.LT, "2026-11-20T09:30:00")),
    ("期限:<30分", when("due", Op.LT, "2026-11-20T09:30:00")),
    ("due:>2h", when("due", Op.GT, "2026-11-20T11:00:00")),
    ("due:<=1d", when("due", Op.LE, "2026-11-21T09:00:00")),
    ("due:1h30m", when("due", Op.LE, "2026-11-20T10:30:00")),
    ("due:<-1h", when("due", Op.LT, "2026-11-20T08:00:00")),
    ("due:none", eq("due", NONE)),
    ("期限:なし", eq("due", NONE)),
    ("due:none,>1w", Or((eq("due", NONE), when("due", Op.GT, "2026-11-27T09:00:00")))),
    ("due:tomorrow", when("due", Op.WITHIN, "2026-11-20T15:00:00", "2026-11-21T15:00:00")),
    ("due:30m..2h", when("due", Op.WITHIN, "2026-11-20T09:30:00", "2026-11-20T11:00:00")),
    # times ago, days, moments
    ("updated:<7d", when("updated", Op.GT, "2026-11-13T09:00:00")),
    ("updated:>7d", when("updated", Op.LT, "2026-11-13T09:00:00")),
    ("更新:>=1h", when("updated", Op.LE, "2026-11-20T08:00:00")),
    ("updated:7d", when("updated", Op.GE, "2026-11-13T09:00:00")),
    ("created:today", when("created", Op.WITHIN, "2026-11-19T15:00:00", "2026-11-20T15:00:00")),
    ("作成:昨日", when("created", Op.WITHIN, "2026-11-18T15:00:00", "2026-11-19T15:00:00")),
    ("created:<today", when("created", Op.LT, "2026-11-19T15:00:00")),
    ("created:2026-11-01", when("created", Op.WITHIN, "2026-10-31T15:00:00", "2026-11-01T15:00:00")),
    ("created:>2026-11-01", when("created", Op.GE, "2026-11-01T15:00:00")),
    ("created:>=2026/11/1", when("created", Op.GE, "2026-10-31T15:00:00")),
    ("created:<=2026-11-01", when("created", Op.LT, "2026-11-01T15:00:00")),
    ("created:2026-11-01..2026-11-03", when("created", Op.WITHIN, "2026-10-31T15:00:00", "2026-11-03T15:00:00")),
    ("created:>2026-11-01T09:30", when("created", Op.GT, "2026-11-01T00:30:00")),
    ('created:<="2026-11-01 09:30"', when("created", Op.LE, "2026-11-01T00:30:00")),
    ("created:>2026-11-01T09:30:15Z", when("created", Op.GT, "2026-11-01T09:30:15")),
    ("created:>2026-11-01T09:30+02:00", when("created", Op.GT, "2026-11-01T07:30:00")),
    ("created:2026-11-01T09:30", when("created", Op.WITHIN, "2026-11-01T00:30:00", "2026-11-01T00:31:00")),
    # all together
    (
        "tier:2 status:open due:<30m 入金",
        And((eq("tier", 2), eq("status", "open"), when("due", Op.LT, "2026-11-20T09:30:00"), Text("入金"))),
    ),
]


@pytest.mark.parametrize(("text", "tree"), CASES, ids=[repr(text) for text, _ in CASES])
def test_text_is_read_as_this_tree(text: str, tree: Query) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_tree_is_written_as_text_that_means_the_same(text: str) -> None:
    tree = parse(text)
    assert parse(unparse(tree)) == tree


JAPANESE: list[tuple[str, str, str]] = [
    ("状態:新規", "status:new", "status:new"),
    ("状態：対応中、保留", "status:open,pending", "status:open,pending"),
    ("status:待機,solved,完了", "status:hold,solved,closed", "status:hold,solved,closed"),
    ('状態:"解決"', "status:solved", "status:solved"),
    ("優先度:緊急", "priority:urgent", "priority:urgent"),
    ("優先度：＞＝高", "priority:>=high", "priority:high,urgent"),
    ("優先度:<中,なし", "priority:low,none", "priority:low,none"),
    ("チャネル:電話", "channel:phone", "channel:phone"),
    ("チャネル:ﾌｫｰﾑ,ｓｎｓ", "channel:form,social", "channel:form,social"),
    ("channel:チャット,メール,掲示板,その他", "channel:chat,mail,forum,other", "channel:chat,mail,forum,other"),
    ("条件:未完了 -条件:未割当", "is:open -is:unassigned", "is:open -is:unassigned"),
    ("条件:自分", "is:mine", "is:mine"),
    ("is:期限切れ,完了", "is:breached,closed", "is:breached,closed"),
]


@pytest.mark.parametrize(("typed", "english", "written"), JAPANESE)
def test_japanese_words_mean_the_same_and_are_written_in_english(typed: str, english: str, written: str) -> None:
    tree = parse(typed)
    assert tree == parse(english)
    assert unparse(tree) == written


def test_every_listed_word_is_read() -> None:
    for entry in q.fields():
        for value, word in entry.words.items():
            assert parse(f"{entry.alias}:{word}") == parse(f"{entry.name}:{value}")


def test_japanese_words_count_only_in_their_own_field() -> None:
    assert parse("新規") == Text("新規")
    assert parse("tag:新規") == eq("tag", "新規")
    with pytest.raises(QueryError, match='unknown priority "新規"'):
        parse("優先度:新規")


REFUSED: list[tuple[str, int, str, str]] = [
    ("statsu:new", 1, 'unknown field "statsu"', '"status:"'),
    ("a  proirity:high", 4, 'unknown field "proirity"', '"priority:"'),
    ("期限日:今日", 1, 'unknown field "期限日"', '"期限:"'),
    ("件名：入金", 1, 'unknown field "件名"', '"件名:…"'),
    ("zendesk:3661", 1, 'unknown field "zendesk"', "In quotes"),
    ("field.:x", 1, 'unknown field "field."', ""),
    ("status:opne", 8, 'unknown status "opne"', '"open"'),
    ("status:new,opne", 12, 'unknown status "opne"', "One of: new, open"),
    ("条件:未完", 4, 'unknown is "未完"', 'did you mean "未完了"? One of: open, unassigned'),
    ("is:late", 4, 'unknown is "late"', "breached"),
    ("tier:4", 6, 'unknown tier "4"', "One of: 1, 2, 3"),
    ("priority:hihg", 10, 'unknown priority "hihg"', '"high"'),
    ("channel:fone", 9, 'unknown channel "fone"', '"phone"'),
    ("priority:>urgent", 10, "no priority is > urgent", ""),
    ("status:>new", 8, "status cannot be compared", ""),
    ("tag:<b>", 5, "tag cannot be compared", ""),
    ("field.x:<b", 9, "field cannot be compared", ""),
    ("status:none", 8, 'unknown status "none"', ""),
    ("status:", 8, 'the field "status" lacks a value', "status:new,open"),
    ("status: new", 8, 'the field "status" lacks a value', ""),
    ("status:new,", 12, "lacks a value", ""),
    ('tag:""', 5, "nothing stands in the quotes", ""),
    ('tag:"a"b', 8, "goes on", ""),
    ("lang:日本語", 6, 'unknown language "日本語"', "ja"),
    ("number:abc", 8, "not a ticket number", ""),
    ("due:soon", 5, '"soon" is not a time', "30m"),
    ("due:<none", 5, "not a time", ""),
    ("created:none", 9, "not a time", ""),
    ("created:-1h", 9, "not a time", ""),
    ("created:2026-02-30", 9, "not a time", ""),
    ("created:>9999-12-31", 9, "not a time", ""),
    ("created:<0001-01-01", 9, "not a time", ""),
    ("due:<999999w", 5, "not a time", ""),
    ("created:>2026-11-01T25:00", 9, "not a time", ""),
    ("created:>2026-11-01T10:00+99:99", 9, "not a time", ""),
    ("created:..today", 9, "not a time", ""),
    ("created:today..yesterday", 9, "ends before it begins", ""),
    ("(a", 1, "a bracket is not closed", ""),
    ("a (b (c)", 3, "a bracket is not closed", ""),
    ("a) b", 2, "a bracket closes nothing", "quotes"),
    (")", 1, "a bracket closes nothing", ""),
    ("()", 1, "nothing stands in the brackets", ""),
    ('a "b', 3, "a quote is not closed", ""),
    ('"\\"', 1, "a quote is not closed", ""),
    ('""', 1, "nothing stands in the quotes", ""),
    ("a \udc80", 3, "not valid Unicode", ""),
]


@pytest.mark.parametrize(("text", "position", "message", "hint"), REFUSED, ids=[ascii(case[0]) for case in REFUSED])
def test_refusals_say_what_where_and_what_instead(text: str, position: int, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert isinstance(caught.value, UsageError)
    assert message in caught.value.message
    assert caught.value.message.endswith(f"at position {position}")
    assert caught.value.position == position
    assert hint in caught.value.hint


def test_bounds() -> None:
    assert parse("(" * 50 + "a" + ")" * 50) == Text("a")
    assert parse("a" * q.MAX_LENGTH) == Text("a" * q.MAX_LENGTH)
    for text in (
        "(" * 51 + "a" + ")" * 51,
        "(" * 2000,
        "-(" * 1000,
        "a" * 2001,
        "a " * 301,
        "due:" + "1d," * 301 + "1d",
    ):
        with pytest.raises(QueryError):
            parse(text)


def test_many_numbers_are_one_leaf() -> None:
    tree = parse("number:" + ",".join(str(number) for number in range(1, 390)))
    assert isinstance(tree, Compare)
    assert len(tree.values) == 389


def test_now_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        q.parse("a", now=datetime(2026, 11, 20), zone=TOKYO)  # noqa: DTZ001


def test_a_day_is_as_long_as_the_zone_makes_it() -> None:
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    tree = q.parse("created:today", now=now, zone=ZoneInfo("America/New_York"))
    assert tree == when("created", Op.WITHIN, "2026-11-01T04:00:00", "2026-11-02T05:00:00")


def test_values_are_plain_strings_and_trees_are_frozen() -> None:
    tree = parse("status:new")
    assert isinstance(tree, Compare)
    assert type(tree.values[0]) is str
    with pytest.raises(FrozenInstanceError):
        tree.field = "tier"  # type: ignore[misc]
    assert hash(tree) == hash(parse("状態:new"))


def test_joining_queries() -> None:
    a, b, c = Text("a"), Text("b"), Text("c")
    assert q.all_of() == All()
    assert q.all_of(All(), a, All()) == a
    assert q.all_of(And((a, b)), c) == And((a, b, c))
    assert q.any_of(a) == a
    assert q.any_of(Or((a, b)), c) == Or((a, b, c))
    assert q.any_of(a, All()) == All()


def test_table_of_fields() -> None:
    table = q.fields()
    names = [name for entry in table for name in (entry.name, entry.alias)]
    assert len(set(names)) == len(names)
    for entry in table:
        tree = parse(entry.example)
        assert isinstance(tree, Compare | Or)
        _, _, value = entry.example.partition(":")
        alias = entry.alias + "txid" if entry.name == "field." else entry.alias
        assert parse(f"{alias}：{value}") == tree


def test_enumerations_are_those_of_the_contract() -> None:
    by_name = {entry.name: entry.values for entry in q.fields()}
    assert by_name["status"] == tuple(Status)
    assert by_name["priority"] == tuple(Priority)


# completing

# properties

_words = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() != "" and not any(map(_is_surrogate, text)))
_instants = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)).map(  # noqa: DTZ001
    lambda naive: naive.replace(microsecond=0, tzinfo=UTC)
)


def _is_surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"


def _several(values: st.SearchStrategy[q.Value]) -> st.SearchStrategy[tuple[q.Value, ...]]:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)


def _compares(field: str, values: st.SearchStrategy[q.Value]) -> st.SearchStrategy[Query]:
    return _several(values).map(lambda several: Compare(field, Op.EQ, several))


def _ranges(pair: tuple[datetime, datetime]) -> Query:
    return Compare("created", Op.WITHIN, (min(pair), max(pair) + timedelta(seconds=1)))


_inequalities = st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE])
_leaves: st.SearchStrategy[Query] = st.one_of(
    _words.map(lambda phrase: Text(phrase)),
    st.integers(0, 10**18 - 1).map(lambda number: NumberOrText(number, str(number))),
    _compares("status", st.sampled_from([status.value for status in Status])),
    _compares("priority", st.sampled_from([*(priority.value for priority in Priority), NONE])),
    _compares("tier", st.sampled_from([1, 2, 3])),
    _compares("is", st.sampled_from([ME, "open", "unassigned", "breached", "closed"])),
    _compares("assignee", st.one_of(st.sampled_from([ME, NONE, "me", "none", "aoi"]))),
    _compares("customer", st.one_of(_words, st.just(NONE))),
    _compares("field.注文-番号", _words),
    _compares("number", st.integers(0, 10**9)),
    st.builds(lambda op, number: Compare("number", op, (number,)), _inequalities, st.integers(0, 10**9)),
    st.builds(lambda op, instant: Compare("due", op, (instant,)), _inequalities, _instants),
    st.just(Compare("due", Op.EQ, (NONE,))),
    st.tuples(_instants, _instants).map(_ranges),
)
_trees = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        inner.map(lambda item: Not(item)),
        st.lists(inner, min_size=2, max_size=4).map(lambda items: q.all_of(*items)),
        st.lists(inner, min_size=2, max_size=4).map(lambda items: q.any_of(items[0], *items[1:])),
    ),
    max_leaves=12,
)


@given(_trees)
def test_every_tree_survives_being_written(tree: Query) -> None:
    text = unparse(tree)
    assume(len(text) <= q.MAX_LENGTH)
    assert parse(text) == tree


_PIECES = [
    "(",
    ")",
    "-",
    '"',
    "“",
    "”",
    "\\",
    ":",
    "：",
    ",",
    "、",
    " ",
    "\u3000",
    "or",
    "OR",
    "AND",
    "status",
    "期限",
    "new",
]
_PIECES += [
    "due",
    "<",
    ">=",
    "30m",
    "today",
    "..",
    "field.",
    "x",
    "入金",
    "10234",
    "#",
    "tag:",
    "me",
    "none",
    "number:>5",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert _survives(text)


def _survives(text: str) -> bool:
    """Whether the query says what was read, if it can be read at all."""
    try:
        tree = parse(text)
    except UsageError:
        return True
    written = unparse(tree)
    return len(written) > q.MAX_LENGTH or parse(written) == tree


@pytest.mark.parametrize("frame", ["{}", "tag:{}", 'customer:"{}"', "due:<{}", "({})", "{}:x", "field.{}:1"])
def test_hostile_strings(frame: str) -> None:
    for text in HOSTILE:
        assert _survives(frame.replace("{}", text)), ascii(text)


@pytest.mark.parametrize("frame", ["{}", "tag:{}", 'customer:"{}"', "due:<{}", "({})", "{}:x", "field.{}:1"])
def test_naughty_strings(frame: str) -> None:
    """The Big List of Naughty Strings, which is not part of this repository."""
    for text in naughty():
        assert _survives(frame.replace("{}", text)), ascii(text)
