"""What the columns of a table mean: one list of header names, of several helpdesks, in English and Japanese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from agentconsole.sync.formats.base import words
from agentconsole.sync.formats.personal import is_dropped

ALIASES: Final[Mapping[str, Mapping[str, str]]] = {
    "tickets": {
        "id": """
            id ticket_id ticket_number ticket_no number 問い合わせ番号 お問い合わせ番号 受付番号
            チケット番号 チケットid 工单编号
        """,
        "subject": "subject title ticket_subject 件名 題名 タイトル 标题 主题",
        "description": "description body message 説明 内容 本文 問い合わせ内容 お問い合わせ内容 描述",
        "status": "status current_status state ticket_status ステータス 状態 状况 状态",
        "priority": "priority 優先度 优先级",
        "via": "via source channel via_channel 経由 チャネル チャンネル ソース 受付方法 渠道",
        "created_at": """
            created_at created created_time date_created created_date requested 作成日時 作成日 受付日時
            リクエスト日時 创建时间
        """,
        "updated_at": """
            updated_at updated last_update_time last_updated_time last_updated last_update updated_time 更新日時 更新日
            最終更新 最終更新日時 更新时间
        """,
        "requester_id": "requester_id customer_id contact_id リクエスタid リクエスターid 依頼者id 顧客id",
        "requester_name": """
            requester requester_name from full_name customer customer_name リクエスタ リクエスター 依頼者
            顧客名 氏名 お名前 客户
        """,
        "requester_email": """
            requester_email from_email email customer_email リクエスタのメール リクエスターのメール
            メールアドレス 邮箱
        """,
        "assignee_id": "assignee_id responder_id agent_id 担当者id",
        "assignee_name": "assignee assignee_name agent agent_name agent_assigned assigned_to 担当者 担当 受理人",
        "group_id": "group_id グループid",
        "group_name": "group group_name assigned_group team team_assigned department グループ 部署 チーム 组",
        "organization_id": "organization_id company_id 組織id",
        "locale": "locale language 言語 ロケール 语言",
        "category": "category help_topic カテゴリ カテゴリー 分類 类别",
        "tags": "tags current_tags labels タグ 标签",
    },
    "comments": {
        "id": "id comment_id",
        "ticket_id": "ticket_id ticket_number チケットid チケット番号 問い合わせ番号 お問い合わせ番号 受付番号",
        "created_at": "created_at created created_time date_created time 作成日時 日時 投稿日時",
        "author_id": "author_id user_id 投稿者id",
        "author_name": "author author_name user_name 投稿者 投稿者名",
        "public": "public is_public 公開",
        "private": "private internal 非公開 社内メモ",
        "via": "via channel via_channel チャネル",
        "body": "body plain_body comment text 本文 コメント 内容",
    },
    "users": {
        "id": "id user_id contact_id agent_id 顧客id 会員id ユーザーid",
        "name": "name full_name user_name 氏名 名前 お名前",
        "email": "email e_mail mail メールアドレス メール",
        "phone": "phone telephone work_phone 電話番号 電話",
        "role": "role 役割 権限",
        "locale": "locale language 言語",
        "time_zone": "iana_time_zone time_zone タイムゾーン",
        "organization_id": "organization_id company_id 組織id",
        "notes": "notes メモ 備考",
    },
    "organizations": {
        "id": "id organization_id company_id 組織id",
        "name": "name organization company 組織 組織名 会社名",
    },
    "groups": {"id": "id group_id グループid", "name": "name group グループ グループ名"},
}
"""Kind -> our field -> the headers that mean it, the surest first."""

FIELDS: Final = {kind: frozenset(fields) for kind, fields in ALIASES.items()}

BESIDE: Final = {
    "tickets": words("""
        summation_column requester_external_id requester_domain submitter submitter_id ticket_type type organization
        due_date due_at assigned_at initially_assigned_at solved_at resolution_time satisfaction_score group_stations
        assignee_stations reopens replies external_id url recipient brand_id brand ticket_form_id problem_id
        has_incidents is_public allow_channelback forum_topic_id merged_ticket_ids followup_ids via_followup_source_id
        via_source_from_id via_source_from_title via_source_rel via_source_to_address via_source_to_name
        via_source_from_address due_by_time resolved_time closed_time initial_response_time time_tracked
        agent_interactions customer_interactions resolution_status first_response_status survey_results
        sla_due_date sla_plan closed_date overdue merged linked answered thread_count reopen_count attachment_count
        task_count company_name company title work_phone mobile_phone time_zone twitter_id facebook_id contact_tags
        first_response_time_(in_hrs) resolution_time_(in_hrs) every_response_status association_type internal_agent
        internal_group product skill sentiment 組織 チケットタイプ 期限 解決日時
        """),
    "comments": words("facebook_comment tweet voice_comment type audit_id attachments url html_body"),
    "users": words("""
        url external_id created_at updated_at active alias chat_only details last_login_at locale_id moderator
        only_private_comments restricted_agent shared shared_agent signature suspended ticket_restriction
        two_factor_auth_enabled verified tags default_group_id custom_role_id mobile mobile_phone title job_title
        company company_name address about twitter_id facebook_id unique_external_id
        """),
    "organizations": words("""
        url external_id created_at updated_at details notes group_id shared_comments shared_tickets domain_names tags
        """),
    "groups": words("url created_at updated_at deleted description default is_public"),
}
"""Headers that are known and kept beside."""

_METRIC: Final = re.compile(r"(first_reply|first_resolution|full_resolution|agent_wait|requester_wait|on_hold)_time")
_CUSTOM: Final = re.compile(r"\[(list|txt|flag|int|dec|date)\]\s*$")
_DROPPED: Final = words("""
    authenticity_token remote_photo_url photo content_url system_client system_ip_address system_location
    system_latitude system_longitude
    """)
"""Tokens and personal data about devices; never kept."""
_MEANS_MUCH: Final = words("client data image")
"""In a table, whose columns people have named."""
_SYNCED: Final = re.compile(r"_\w+_(synced|deleted)")
"""Columns that a warehouse adds."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What to do with each cell of a row, by its number."""

    placed: Mapping[str, int]
    """Our field -> column."""
    beside: Mapping[str, int]
    """Known headers without a place."""
    custom: Mapping[str, int]
    """All others, as the file calls them."""
    unknown: tuple[str, ...]
    """Those of `custom` that the file does not mark as fields of its own."""
    dropped: Mapping[str, int]
    """What is never kept."""


def plain(header: str) -> str:
    """A header for comparing: `"Created at"` -> `created_at`."""
    text = unicodedata.normalize("NFKC", header).casefold().strip(" \t\r\n\"'\ufeff")
    return re.sub(r"[\s\-_/.:]+", "_", _CUSTOM.sub("", text)).strip("_ ") if not _SYNCED.fullmatch(text) else text


def _names(kind: str, field: str) -> list[str]:
    return [re.sub(r"\s", "_", name) for name in ALIASES[kind][field].split()]


COLUMNS: Final = 5000
"""No helpdesk has so many fields; each costs time in every row."""
_INDEX: Final = {
    kind: {name: (field, at) for field in fields for at, name in enumerate(_names(kind, field))}
    for kind, fields in ALIASES.items()
}


def known_headers(headers: Iterable[str], declared: Mapping[str, str]) -> int:
    """How many headers mean something to us."""
    names = ((header, plain(header)) for header in islice(headers, COLUMNS))
    return sum(header in declared or any(name in index for index in _INDEX.values()) for header, name in names)


def map_columns(kind: str, headers: Sequence[str], declared: Mapping[str, str]) -> Columns:
    """Each header's meaning: declared in the profile, by the list of names, or none."""
    placed = _placed(kind, headers, declared)
    taken = set(placed.values())
    beside: dict[str, int] = {}
    custom: dict[str, int] = {}
    unknown: list[str] = []
    dropped: dict[str, int] = {}
    for number, header in enumerate(headers):
        name = plain(header)
        if number not in taken and (name in _DROPPED or _is_trace(header, name)):
            dropped[name] = number
        if number in taken or name in dropped or _SYNCED.fullmatch(name):
            continue
        if name in BESIDE[kind] or _METRIC.match(name):
            beside.setdefault(name, number)
            continue
        shown = header.strip() or f"column {number + 1}"
        shown = shown if shown not in custom else f"{shown} ({number + 1})"
        custom[shown] = number
        if not _CUSTOM.search(header):
            unknown.append(shown)
    return Columns(placed, beside, custom, tuple(unknown), dropped)


def _is_trace(header: str, name: str) -> bool:
    """Whether a column is of devices and places; not one that a form asks for, nor one whose name means much."""
    return is_dropped(name) and name not in _MEANS_MUCH and not _CUSTOM.search(header)


def _placed(kind: str, headers: Sequence[str], declared: Mapping[str, str]) -> dict[str, int]:
    """Our field -> column; the surest name wins where several mean the same."""
    placed: dict[str, int] = {}
    sureness: dict[str, int] = {}
    for number, (header, own) in enumerate(zip(headers, told_apart(headers), strict=True)):
        if own in declared or own.strip() in declared:
            field, at = declared.get(own) or declared[own.strip()], -1
        else:
            field, at = _INDEX[kind].get(plain(header), ("", 0))
        if field in FIELDS[kind] and at < sureness.get(field, 99):
            placed[field], sureness[field] = number, at
    return placed


def told_apart(headers: Sequence[str]) -> list[str]:
    """The headers, with the column's number behind one that has come before: so a profile names it."""
    found: dict[str, None] = {}
    for number, header in enumerate(headers):
        own = header
        while own in found:
            own = f"{own.strip()} ({number + 1})".strip()
        found[own] = None
    return list(found)


def table_name(stem: str) -> str:
    """`ticket_tag_data` -> `ticket_tag`."""
    return stem.lower().removesuffix("_data") or stem


_NAMED: Final = (
    ("organizations", re.compile(r"^(organi[sz]ations?|companies|company|組織)(_data)?([-_. ]?\d+)?$")),
    ("groups", re.compile(r"^(groups?|teams?|グループ)(_data)?([-_. ]?\d+)?$")),
    ("users", re.compile(r"^(users?|people|customers?|contacts?|agents?|顧客|ユーザー)(_data)?([-_. ]?\d+)?$")),
    ("comments", re.compile(r"^(ticket[-_ ]?)?(comments?|conversations?|messages?|コメント)(_data)?([-_. ]?\d+)?$")),
    ("tickets", re.compile(r"^(tickets?|inquiries|問い合わせ|お問い合わせ|チケット)(_data)?([-_. ]?\d+)?$")),
)


def table_kind(headers: Sequence[str], stem: str, declared: Mapping[str, str]) -> str | None:
    """What the rows of a table are: by its header and, where that could mean several kinds, by the file's name."""
    fields = {kind: _placed(kind, headers, declared).keys() for kind in ALIASES}
    names = {plain(header) for header in headers}
    ticket, comment, user = fields["tickets"], fields["comments"], fields["users"]
    if {"ticket_id", "body"} <= comment and "subject" not in ticket:
        return "comments"
    if "id" in ticket and "subject" in ticket:
        return "tickets"
    if "id" in ticket and {"status", "created_at"} <= ticket and ticket & {"requester_id", "requester_name", "via"}:
        return "tickets"
    if {"id", "name"} <= user and user & {"email", "role"}:
        return "users"
    if names & {"shared_tickets", "domain_names"} and "id" in fields["organizations"]:
        return "organizations"
    named = next((kind for kind, pattern in _NAMED if pattern.match(stem.lower())), None)
    return named if named and "id" in fields[named] and len(fields[named]) > 1 else None
