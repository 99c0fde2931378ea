"""What kinds of objects Intercom's files hold, and how to tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agentconsole.sync.formats.base import words
from agentconsole.sync.formats.json_format import Vocabulary, signs

SPOKEN: Final = dict.fromkeys(words("comment quick_reply open close"), True) | dict.fromkeys(
    words("note note_and_reopen assignment assign_and_reopen assign_and_unsnooze assignment_and_unsnooze snoozed"),
    False,
)
"""Types of parts that are messages if anything is said in them, and whether to everyone: whoever writes into a
conversation that is closed opens it by the same part, and an agent may close it by the last words."""
MERGED: Final = "merged_secondary_conversation"
"""The last part of a conversation that went into another one."""
PARTS: Final = words("""
    comment note assignment open close snoozed unsnoozed timer_unsnooze participant_added participant_removed
    away_mode_assignment default_assignment note_and_reopen assign_and_reopen assign_and_unsnooze
    assignment_and_unsnooze participant_added_and_opened message_assignment message_assignment_and_open quick_reply
    conversation_sla_applied conversation_sla_target_missed conversation_rating_changed
    conversation_rating_remark_added conversation_attribute_updated_by_admin conversation_attribute_updated_by_user
    conversation_attribute_updated_by_workflow conversation_tags_updated custom_action_started
    custom_action_finished operator_workflow_event language_detection_details channel_and_reply_time_expectation
    open_and_reopen merged_secondary_conversation merged_primary_conversation custom_answer_applied
    ticket_state_updated_by_admin ticket_attribute_updated_by_admin ticket_attribute_updated_by_user
    title_changed_by_admin fin_guidance_applied copilot_used article_inserted lightweight_reply message_strip
    """)
"""Known types of parts."""

STATES: Final = words("open closed snoozed")
TICKET_STATES: Final = words("submitted in_progress waiting_on_customer resolved")
PRIORITIES: Final = words("priority not_priority")
SOURCES: Final = words("""
    conversation push facebook instagram twitter email whatsapp sms phone_call phone_switch admin_initiated messenger
    in_app chat post carousel slack discord
    """)
CUSTOMERS: Final = words("user lead contact visitor")
"""Types of authors who are customers."""

PLACED: Final = {
    "tickets": words("""
        type id title created_at updated_at state open priority admin_assignee_id team_assignee_id assignee tags
        contacts customers user source conversation_message conversation_parts ticket_parts custom_attributes
        ticket_attributes ticket_state company_id
        """),
    "comments": words("type id conversation_id ticket_id part_type body created_at author attachments"),
    "users": words("type id name email phone role language_override companies"),
    "organizations": words("type id name"),
    "groups": words("type id name"),
}
"""Fields that have a place in our records, or are dropped knowingly."""

KNOWN: Final = {
    "tickets": words("""
        waiting_since snoozed_until read sent_at teammates topics sla_applied statistics conversation_rating
        first_contact_reply customer_first_reply linked_objects ai_agent ai_agent_participated company
        ticket_id ticket_type ticket ticket_state_internal_label ticket_state_external_label category is_shared
        previous_ticket_state_id display_as custom_state participants team_assignee admin_assignee
        """),
    "comments": words("""
        updated_at notified_at assigned_to external_id redacted conversation_created_at conversation_updated_at
        conversation_total_parts email_message_metadata metadata state tags event_details app_package_code
        from_ai_agent is_ai_answer ticket_state previous_ticket_state updated_attribute_data
        """),
    "users": words("""
        workspace_id app_id external_id user_id anonymous pseudonym email_domain formatted_email owner_id
        social_profiles has_hard_bounced marked_email_as_spam unsubscribed_from_emails unsubscribed_from_sms created_at
        updated_at remote_created_at signed_up_at last_seen_at last_request_at last_replied_at last_contacted_at
        last_email_opened_at last_email_clicked_at custom_attributes tags notes segments opted_in_subscription_types
        opted_out_subscription_types job_title away_mode_enabled away_mode_reassign away_status_reason_id
        has_inbox_seat team_ids admin_ids team_priority_level session_count sms_consent enabled_push_messaging
        """),
    "organizations": words("""
        company_id app_id created_at updated_at remote_created_at last_request_at monthly_spend session_count size
        user_count website industry plan tags segments custom_attributes notes
        """),
    "groups": words("admin_ids admin_priority_level assignment_limit distribution_method"),
}
"""Fields that are known and kept beside."""

_SKIPPED: Final = words("""
    activity_logs articles away_status_reasons collections company_attributes company_segments contact_attributes
    content_imports data_attributes data_events data_exports events help_centers macros news_items newsfeeds notes
    sections segments subscription_types tags ticket_types visitors
    """)
"""Recognised and not stored."""

COLLECTIONS: Final = {name: name for name in _SKIPPED} | {
    "conversations": "tickets", "conversation": "tickets", "tickets": "tickets", "ticket": "tickets",
    "conversation_parts": "comments", "conversation_part": "comments", "ticket_parts": "comments",
    "ticket_part": "comments", "contacts": "users", "contact": "users", "users": "users", "user": "users",
    "leads": "users", "lead": "users", "admins": "users", "admin": "users", "teams": "groups", "team": "groups",
    "companies": "organizations", "company": "organizations",
}  # fmt: skip
"""A page's key, an object's type, or a file's name -> the kind of its objects."""

SIGNS: Final = signs("""
    conversation_parts
    conversation_rating
    admin_assignee_id
    team_assignee_id
    part_type
    ticket_attributes ticket_parts
    away_mode_enabled
    has_inbox_seat
    admin_ids type
    marked_email_as_spam
    unsubscribed_from_emails
    workspace_id external_id role
    monthly_spend session_count
    """)
"""Keys that only Intercom's objects have, alone or together."""

_BY_FIELDS: Final = (
    ("part_type", "comments"),
    ("admin_assignee_id", "tickets"),
    ("conversation_rating", "tickets"),
    ("conversation_message", "tickets"),
    ("ticket_attributes", "tickets"),
    ("away_mode_enabled", "users"),
    ("has_inbox_seat", "users"),
    ("marked_email_as_spam", "users"),
    ("unsubscribed_from_emails", "users"),
    ("monthly_spend", "organizations"),
)


def kind_of(item: Mapping[str, Any]) -> str | None:
    """The kind of an object by its type, or else by its fields."""
    named = item.get("type")
    if type(named) is str and named in COLLECTIONS:
        return COLLECTIONS[named]
    for key, kind in _BY_FIELDS:
        if key in item:
            return kind
    if "source" in item and "contacts" in item:
        return "tickets"
    if "name" in item and "admin_ids" in item:
        return "groups"
    if type(named) is str and f"{named}s" in _SKIPPED:
        return f"{named}s"
    return "organizations" if "name" in item and "company_id" in item else None


def _ticket_around(page: Mapping[str, Any]) -> str | None:
    found = page.get("conversation_id") or page.get("ticket_id")
    return str(found) if type(found) in (int, str) and str(found).isalnum() else None


VOCABULARY: Final = Vocabulary(
    kind_of=kind_of,
    collections=COLLECTIONS,
    inside=words("data item results"),
    envelope=words("""
        type pages total_count total_pages page per_page conversation_id ticket_id scroll_param limit topic app_id id
        created_at first_sent_at delivery_attempts delivered_at delivery_status links self
        """),
    ticket_around=_ticket_around,
)
