"""What kinds of objects Freshdesk's files hold, how to tell them apart, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agentconsole.sync.formats.base import words
from agentconsole.sync.formats.json_format import LABELS, Vocabulary, signs

STATUSES: Final = {2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed"}
"""Those that every account has; 6 and above are an account's own."""
PRIORITIES: Final = {1: "Low", 2: "Medium", 3: "High", 4: "Urgent"}
SOURCES: Final = {
    1: "Email", 2: "Portal", 3: "Phone", 4: "Forum", 5: "Twitter", 6: "Facebook", 7: "Chat", 8: "MobiHelp",
    9: "Feedback Widget", 10: "Outbound Email", 11: "E-Commerce", 12: "Bot", 13: "WhatsApp",
}  # fmt: skip
"""How a ticket came."""
NO_AGENT: Final = "No Agent"
OUTBOUND: Final = "Outbound Email"
"""The one source whose first message is an agent's."""
REPLIES: Final = {
    0: "Reply", 2: "Note", 5: "Tweet", 6: "Survey", 7: "Facebook", 8: "Forwarded Email", 9: "Phone", 11: "E-Commerce",
}  # fmt: skip
"""How a conversation came."""
NOTE: Final = "Note"

PLACED: Final = {
    "tickets": words("""
        id display_id subject description description_text description_html status status_name priority priority_name
        source source_name created_at updated_at requester requester_id requester_name requester_email responder_id
        responder_name group_id group_name company company_id tags custom_fields custom_field conversations notes
        helpdesk_notes public_notes attachments
        """),
    "comments": words("""
        id ticket_id body body_text body_html user_id incoming private source attachments created_at deleted
        """),
    "users": words("id name email phone mobile language time_zone company_id customer_id description contact user"),
    "organizations": words("id name"),
    "groups": words("id name"),
}
"""Fields that have a place in our records, or are dropped knowingly."""

KNOWN: Final = {
    "tickets": words("""
        type ticket_type product_id product email_config_id email phone twitter_id facebook_id unique_external_id
        cc_email cc_emails fwd_emails reply_cc_emails ticket_cc_emails ticket_bcc_emails to_email to_emails
        support_email due_by fr_due_by nr_due_by frDueBy fr_escalated nr_escalated is_escalated isescalated spam
        deleted urgent delta trained owner_id stats requester_status_name association_type associated_tickets_count
        associated_tickets_list internal_agent_id internal_group_id parent_id structured_description
        structured_description_html related_ticket_ids tracker_id sentiment_score initial_sentiment_score archived
        form_id company_name sla_policy_id sla_policy source_additional_info source_info account_id
        """),
    "comments": words("""
        support_email from_email to_email to_emails cc_emails bcc_emails updated_at last_edited_at last_edited_user_id
        category thread_id thread_message_id email_failure_count outgoing_failures auto_response automation_id
        automation_type_id source_additional_info source_info structured_body structured_body_html account_id
        notable_id notable_type threading_id
        """),
    "users": words("""
        created_at updated_at active activated_at address available available_since active_since blocked blocked_at
        spam deleted customer_role external_id fb_profile_id twitter_id twitter_profile_status unique_external_id
        helpdesk_agent job_title other_emails other_companies view_all_tickets tags custom_field custom_fields
        occasional signature ticket_scope ticket_permission group_ids role_ids contribution_group_ids skill_ids type
        points scoreboard_level_id user_id last_login_at last_active_at agent focus_mode deactivated agent_level_id
        agent_operational_status freshcaller_agent freshchat_agent org_contact_id org_user_id import_id second_email
        whitelisted user_role user_emails preferred_source scoreboard_level first_name last_name
        client_manager visitor_id company_ids login_count failed_login_count posts_count delta privileges facebook_id
        """),
    "organizations": words("""
        created_at updated_at description domains note custom_field custom_fields health_score account_tier
        renewal_date industry org_company_id cust_identifier sla_policy_id account_id import_id delta
        """),
    "groups": words("""
        created_at updated_at description agent_ids business_hour_id business_calendar_id escalate_to unassigned_for
        auto_ticket_assign automatic_agent_assignment group_type type account_id import_id assign_time email_on_assign
        ticket_assign_type toggle_availability allow_agents_to_change_availability agent_availability_status
        """),
}
"""Fields that are known and kept beside."""

_SKIPPED: Final = words("""
    account automation_rules business_hours canned_response_folders canned_responses companies_fields company_fields
    contact_fields discussions email_configs email_mailboxes forums forum_categories job_roles jobs mailboxes products
    roles satisfaction_ratings scenario_automations service_level_agreements sla_policies skills solution_articles
    solution_categories solution_folders solutions surveys ticket_forms ticket_summaries time_entries timeentries
    time_sheets topics posts
    """)
"""Recognised and not stored."""

_SINGLES: Final = {
    "helpdesk_ticket": "tickets",
    "ticket": "tickets",
    "conversation": "comments",
    "note": "comments",
    "helpdesk_note": "comments",
    "reply": "comments",
    "contact": "users",
    "user": "users",
    "agent": "users",
    "company": "organizations",
    "customer": "organizations",
    "group": "groups",
    "time_entry": "time_entries",
    "solution_category": "solution_categories",
    "forum_category": "forum_categories",
    "ticket_field": LABELS,
}
COLLECTIONS: Final = (
    {name: name for name in _SKIPPED}
    | _SINGLES
    | {f"{name}s": kind for name, kind in _SINGLES.items()}
    | {"companies": "organizations", "replies": "comments", "outbound_emails": "tickets"}
    | {"articles": "solution_articles", "folders": "solution_folders", "categories": "solution_categories"}
)
"""A page's key, an XML element's or a file's name -> the kind of its objects."""

SIGNS: Final = signs("""
    responder_id
    fr_escalated
    email_config_id
    fwd_emails
    reply_cc_emails
    helpdesk_ticket
    helpdesk_agent
    fb_profile_id
    ticket_scope
    ticket_permission
    scoreboard_level_id
    view_all_tickets
    other_companies
    escalate_to
    unassigned_for
    cust_identifier
    health_score
    account_tier
    org_company_id
    body_text incoming
    body incoming private
    label_for_customers customers_can_edit
    seo_data folder_id
    thumbs_up thumbs_down folder_id
    """)
"""Keys that only Freshdesk's objects have, alone or together."""

_USERS: Final = words(
    "ticket_scope ticket_permission occasional helpdesk_agent job_title view_all_tickets other_emails"
)
_GROUPS: Final = words("escalate_to unassigned_for auto_ticket_assign business_hour_id automatic_agent_assignment")
_WEAK: Final = (
    ("time_spent", "time_entries"),
    ("timespent", "time_entries"),
    ("survey_id", "satisfaction_ratings"),
    ("seo_data", "solution_articles"),
    ("folder_id", "solution_articles"),
    ("articles_count", "solution_folders"),
    ("visible_in_portals", "solution_categories"),
    ("primary_email_id", "products"),
    ("reply_email", "email_configs"),
)


def kind_of(item: Mapping[str, Any]) -> str | None:
    """The kind of an object by its fields."""
    if "choices" in item or "customers_can_edit" in item:
        return LABELS
    if "display_id" in item or ("subject" in item and ("status" in item or "priority" in item)):
        return "tickets"
    if ("body" in item or "body_text" in item) and ("incoming" in item or "private" in item):
        return "comments"
    for key, kind in _WEAK:
        if key in item:
            return kind
    if not _USERS.isdisjoint(item) or ("email" in item and "mobile" in item and "name" in item):
        return "users"
    if "name" in item and ("domains" in item or "cust_identifier" in item):
        return "organizations"
    return "groups" if "name" in item and not _GROUPS.isdisjoint(item) else None


def _ticket_around(page: Mapping[str, Any]) -> str | None:
    found = page.get("ticket_id") or page.get("display_id")
    return str(found) if type(found) is int else None


VOCABULARY: Final = Vocabulary(
    kind_of=kind_of,
    collections=COLLECTIONS,
    inside=words("results records"),
    envelope=words("total total_count count page per_page link next_page ticket_id display_id meta links"),
    ticket_around=_ticket_around,
    weak=words("groups organizations"),
)
