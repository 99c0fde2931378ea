"""What kinds of objects Zendesk's files hold, the fields that are known of each, and how to tell an object's kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from agentconsole.sync.formats.base import KINDS, words

SKIPPED: Final = words("""
    activities agent_activity apps app_installations installations articles attachments audits audit_logs automations
    bookmarks brands categories custom_objects custom_roles custom_statuses deleted_tickets deletion_schedules
    dynamic_content group_memberships group_slas holidays identities items job_statuses jobs last_audits locales macros
    metric_events metric_sets oauth_clients organization_fields organization_memberships organization_merges
    organization_subscriptions organization_tags policies posts problems queues recipient_addresses requests
    resource_collections satisfaction_ratings satisfaction_reasons schedules sections sessions sharing_agreements
    sla_policies slas suspended_tickets tags target_failures targets ticket_audits ticket_events ticket_field_options
    ticket_fields ticket_forms ticket_metric_events ticket_metrics topics triggers trigger_categories
    twitter_handles uploads user_fields user_related view_counts views webhooks workspaces
    """)
"""Recognised and not stored."""

ALIASES: Final = {
    "ticket_comments": "comments",
    "ticket_audits": "audits",
    "policies": "sla_policies",
    "metric_events": "ticket_metric_events",
    "metric_sets": "ticket_metrics",
    "last_audits": "audits",
    "end_users": "users",
    "end-users": "users",
    "people": "users",
}


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    return plural[:-2] if plural.endswith("statuses") else plural.removesuffix("s")


COLLECTIONS: Final = {kind: kind for kind in (*KINDS, *SKIPPED)} | ALIASES
"""A collection's key -> the kind of its objects."""

SINGLES: Final = {_singular(key): kind for key, kind in COLLECTIONS.items()}
"""The key of one object -> its kind."""

ENVELOPE: Final = words("""
    count next_page previous_page end_time end_of_stream after_url after_cursor before_url before_cursor meta links
    facets page page_count per_page sort_by sort_order ticket_id url start_time job_status
    """)
"""What stands around the objects of a page."""

STATUSES: Final = words("new open pending hold solved closed deleted suspended")
PRIORITIES: Final = words("low normal high urgent")
TYPES: Final = words("problem incident question task")
ROLES: Final = frozenset(("end-user", "agent", "admin"))
COMMENT_TYPES: Final = frozenset(("Comment", "VoiceComment"))
CHANNELS: Final[frozenset[str | int]] = words(
    """
    web email mail api rule chat chat_transcript native_messaging messaging whatsapp line twitter twitter_dm facebook
    facebook_post facebook_message voice phone mobile mobile_sdk web_widget web_form web_service help_center
    sample_ticket sample_interactive_ticket closed_ticket ticket_sharing any_channel side_conversation sms instagram_dm
    wechat telegram get_satisfaction ticket_merge batch satisfaction_prediction answer_bot user_change user_deletion
    user_merge group_change group_deletion organization_change linked_problem follow_up
    """
).union(
    (0, 4, 5, 8, 9, 10, 11, 12, 13, 16, 19, 20, 21, 22, 23, 26, 27, 29, 30, 31, 33, 34, 35, 38, 41),
    (44, 45, 46, 48, 49, 50, 54, 55, 56, 57),
)
"""Names, and the numbers of events and older exports."""

PLACED: Final = {
    "tickets": words("""
        id created_at updated_at subject description status priority via requester requester_id assignee assignee_id
        group group_id organization organization_id submitter collaborator collaborators followers email_ccs
        tags custom_fields comments comment result_type
        """),
    "comments": words("""
        id ticket_id created_at author author_id body html_body plain_body public via attachments metadata data
        """),
    "users": words("id name email phone role locale iana_time_zone organization_id notes result_type"),
    "organizations": words("id name result_type"),
    "groups": words("id name result_type"),
}
"""Fields that have a place in our records, or are dropped knowingly."""

EXTRA: Final = {
    "tickets": words("""
        url external_id type raw_subject recipient submitter_id collaborator_ids follower_ids email_cc_ids
        forum_topic_id problem_id has_incidents is_public due_at satisfaction_rating sharing_agreement_ids
        custom_status_id fields followup_ids ticket_form_id brand_id satisfaction_probability allow_channelback
        allow_attachments from_messaging_channel generated_timestamp encoded_id support_type
        attribute_value_ids deleted_ticket_form_id
        comment_count incident_count metric_set metric_events slas dates sla_policy via_followup_source_id via_id
        current_tags nice_id is_latest_csat_rating attachments locale_id group_stations last_updater_id
        """),
    "comments": words("type audit_id url request_id trusted uploads attachment_ids transcription_visible"),
    "users": words("""
        url external_id created_at updated_at time_zone shared_phone_number locale_id verified tags alias active shared
        shared_agent last_login_at two_factor_auth_enabled signature details role_type custom_role_id moderator
        ticket_restriction only_private_comments restricted_agent suspended default_group_id report_csv user_fields
        chat_only permanently_deleted identities roles abilities organization group_ids remember_token
        """),
    "organizations": words("""
        url external_id created_at updated_at shared_tickets shared_comments domain_names details notes group_id tags
        organization_fields deleted_at
        """),
    "groups": words("url description is_public default deleted created_at updated_at user_ids"),
}
"""Fields that are known and kept beside."""

_WEAK: Final = (
    ("title_in_portal", "ticket_fields"),
    ("ticket_field_ids", "ticket_forms"),
    ("policy_metrics", "sla_policies"),
    ("instance_id", "ticket_metric_events"),
    ("child_events", "ticket_events"),
    ("reply_time_in_minutes", "ticket_metrics"),
    ("subdomain", "brands"),
    ("intervals", "schedules"),
    ("score", "satisfaction_ratings"),
    ("execution", "views"),
    ("presentation_name", "locales"),
    ("native_name", "locales"),
    ("section_id", "articles"),
    ("cause", "suspended_tickets"),
)


def kind_of(item: Mapping[str, Any]) -> str | None:
    """The kind of one object by its own fields and, where these could mean several kinds, by its address."""
    named = item.get("result_type")
    if type(named) is str:
        return SINGLES.get(named, named)
    if "subject" in item and "cause" not in item and "ticket_id" not in item:
        return "tickets"
    if "author_id" in item or "public" in item or "ticket_id" in item:
        if ("body" in item or "html_body" in item or "plain_body" in item) and "title" not in item:
            return "comments"
        if "events" in item:
            return "audits"
    return _by_address(item.get("url")) or _by_few_fields(item)


def _by_address(url: object) -> str | None:
    """The kind whose name stands last in `.../api/v2/users/12.json`."""
    if type(url) is not str or "/api/v2/" not in url:
        return None
    parts = url.partition("/api/v2/")[2].partition("?")[0].split("/")
    return next((COLLECTIONS[part] for part in reversed(parts) if part in COLLECTIONS), None)


def _by_few_fields(item: Mapping[str, Any]) -> str | None:
    if "status" in item and ("requester_id" in item or "requester" in item or "via" in item):
        return "tickets"
    for key, kind in _WEAK:
        if key in item:
            return kind
    if "name" in item and ("email" in item or "role" in item or "user_fields" in item) and "brand_id" not in item:
        return "users"
    if "domain_names" in item or "shared_tickets" in item or ("name" in item and "organization_fields" in item):
        return "organizations"
    if "actions" in item:
        return "triggers" if "category_id" in item else "automations" if "conditions" in item else "macros"
    return "groups" if "name" in item and ("is_public" in item or "deleted" in item) else None


_KIND_IN_NAME: Final = re.compile(
    "(?<![a-z])("
    + "|".join(sorted((re.escape(key) for key in (*COLLECTIONS, *SINGLES)), key=len, reverse=True)).replace(
        "_", "[-_ ]?"
    )
    + ")(?![a-z])"
)
_NAMES: Final = {key.replace("_", ""): kind for key, kind in (*SINGLES.items(), *COLLECTIONS.items())}


def kind_in_name(stem: str) -> str | None:
    """The kind that a file's name speaks of: `zendesk_tickets_2026`, `ticket-comments`. The last one named counts."""
    found = _KIND_IN_NAME.findall(stem.lower())
    return _NAMES.get(re.sub(r"[-_ ]", "", found[-1])) if found else None


_TICKET_ADDRESS: Final = re.compile(r"/tickets/([0-9]{1,20})/comments")


def ticket_in_address(url: object) -> str | None:
    """The ticket's id in `.../tickets/12/comments.json?page=2`."""
    match = _TICKET_ADDRESS.search(url) if type(url) is str else None
    return match[1] if match else None
