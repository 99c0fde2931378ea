"""What kinds of objects Zammad's files hold, how to tell them apart, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agentconsole.sync.formats.base import words
from agentconsole.sync.formats.json_format import LABELS, Vocabulary, signs

STATES: Final = {
    1: "new", 2: "open", 3: "pending reminder", 4: "closed", 5: "merged", 6: "removed", 7: "pending close",
}  # fmt: skip
"""Those that Zammad is installed with; others are an account's own."""
PRIORITIES: Final = {1: "1 low", 2: "2 normal", 3: "3 high"}
TYPES: Final = {
    1: "email", 2: "sms", 3: "chat", 4: "fax", 5: "phone", 6: "twitter status", 7: "twitter direct-message",
    8: "facebook feed post", 9: "facebook feed comment", 10: "note", 11: "web", 12: "telegram personal-message",
    13: "facebook direct-message", 14: "whatsapp message",
}  # fmt: skip
"""How an article came, or a ticket with its first one."""
NOTE, PHONE = "note", "phone"
SENDERS: Final = {1: "Agent", 2: "Customer", 3: "System"}
NOBODY: Final = "1"
"""The user that stands for none: it owns what nobody has, and did what the system does."""

PLACED: Final = {
    "tickets": words("""
        id ticket_id title group group_id priority priority_id state state_id organization_id owner owner_id customer
        customer_id created_at updated_at create_article_type create_article_type_id tags articles conversation
        organization
        """),
    "comments": words("""
        id ticket_id type type_id sender sender_id body content_type internal created_at attachments created_by_id
        origin_by_id from
        """),
    "users": words("id login firstname lastname email phone mobile organization_id organization note roles role_ids"),
    "organizations": words("id name"),
    "groups": words("id name"),
}
"""Fields that have a place in our records, or are dropped knowingly."""

KNOWN: Final = {
    "tickets": words("""
        number ticket_number note type time_unit preferences pending_time escalation_at article_count article_ids
        first_response_at first_response_escalation_at first_response_in_min first_response_diff_in_min close_at
        close_escalation_at close_in_min close_diff_in_min update_escalation_at update_in_min update_diff_in_min
        last_close_at last_contact_at last_contact_agent_at last_contact_customer_at last_owner_update_at
        create_article_sender create_article_sender_id created_by created_by_id updated_by updated_by_id
        ticket_time_accounting ticket_time_accounting_ids checklist_id checklist referencing_checklist_ids
        shared_draft_id policy mention_ids mentions external_references first_response_sla_time close_sla_time
        update_sla_time ai_stored_result_ids
        """),
    "comments": words("""
        to cc bcc subject reply_to message_id message_id_md5 in_reply_to references preferences detected_language
        created_by updated_by updated_by_id origin_by updated_at time_unit accounted_time ticket_time_accounting_id
        sentiment highlight
        """),
    "users": words("""
        web fax department street zip city country address vip verified active last_login source login_failed
        out_of_office out_of_office_start_at out_of_office_end_at out_of_office_replacement_id out_of_office_replacement
        preferences created_by created_by_id updated_by updated_by_id created_at updated_at two_factor_preference_ids
        two_factor_preferences organization_ids organizations authorization_ids authorizations overview_sorting_ids
        overview_sortings group_ids groups karma_user_ids fullname accounts permissions
        """),
    "organizations": words("""
        shared domain domain_assignment active note vip created_by created_by_id updated_by updated_by_id created_at
        updated_at member_ids members secondary_member_ids secondary_members
        """),
    "groups": words("""
        signature signature_id email_address email_address_id name_last parent parent_id assignment_timeout
        follow_up_possible reopen_time_in_days follow_up_assignment active shared_drafts note created_by created_by_id
        updated_by updated_by_id created_at updated_at user_ids users summary_generation
        """),
}
"""Fields that are known and kept beside; a ticket's others are those that the account made for itself."""

_SKIPPED: Final = words("""
    calendars channels chats email_addresses first_steps job_permissions jobs knowledge_bases links macros mentions
    object_manager_attributes online_notifications overviews permissions postmaster_filters public_links roles
    report_profiles settings signatures slas tags templates text_modules ticket_histories time_accountings triggers
    user_access_tokens webhooks
    """)
"""Recognised and not stored."""

COLLECTIONS: Final = (
    {name: name for name in _SKIPPED}
    | {
        "tickets": "tickets", "Ticket": "tickets", "ticket": "tickets",
        "articles": "comments", "ticket_articles": "comments", "TicketArticle": "comments", "article": "comments",
        "users": "users", "User": "users", "user": "users",
        "organizations": "organizations", "Organization": "organizations", "organization": "organizations",
        "groups": "groups", "Group": "groups", "group": "groups",
        "ticket_states": LABELS, "TicketState": LABELS, "ticket_priorities": LABELS, "TicketPriority": LABELS,
        "ticket_article_types": LABELS, "TicketArticleType": LABELS, "ticket_article_senders": LABELS,
        "TicketArticleSender": LABELS,
        "Role": "roles", "Macro": "macros", "Sla": "slas", "Calendar": "calendars", "Overview": "overviews",
        "EmailAddress": "email_addresses", "Signature": "signatures", "Permission": "permissions", "Job": "jobs",
        "Trigger": "triggers", "Template": "templates", "TextModule": "text_modules", "Mention": "mentions",
        "TicketTimeAccounting": "time_accountings", "TimeAccountingType": "time_accountings", "Link": "links",
        "OnlineNotification": "online_notifications", "RecentView": "recent_views", "Checklist": "checklists",
        "ChecklistItem": "checklists", "TicketSharedDraftZoom": "shared_drafts",
        "TicketSharedDraftStart": "shared_drafts", "KnowledgeBase": "knowledge_bases",
        "KnowledgeBaseTranslation": "knowledge_bases", "KnowledgeBaseLocale": "knowledge_bases",
        "KnowledgeBaseCategory": "knowledge_bases", "KnowledgeBaseCategoryTranslation": "knowledge_bases",
        "KnowledgeBaseAnswer": "knowledge_bases", "KnowledgeBaseAnswerTranslation": "knowledge_bases",
        "KnowledgeBaseAnswerTranslationContent": "knowledge_bases", "KnowledgeBaseMenuItem": "knowledge_bases",
    }
)  # fmt: skip
"""A page's key, that of its assets, or a file's name -> the kind of its objects."""

SIGNS: Final = signs("""
    create_article_type_id
    first_response_escalation_at
    update_diff_in_min
    message_id_md5
    sender_id type_id internal
    sender internal content_type
    ticket_number conversation
    login firstname lastname
    out_of_office_replacement_id
    follow_up_possible
    assignment_timeout
    domain_assignment
    state_type_id ignore_escalation
    TicketArticle assets
    Ticket assets
    knowledge_base_id translation_ids
    """)
"""Keys that only Zammad's objects have, alone or together."""


def kind_of(item: Mapping[str, Any]) -> str | None:
    """The kind of an object by its fields."""
    if "conversation" in item and ("ticket_id" in item or "ticket_number" in item):
        return "tickets"
    if "title" in item and "number" in item and ("state_id" in item or "state" in item):
        return "tickets"
    if "body" in item and ("sender_id" in item or "sender" in item or "message_id_md5" in item):
        return "comments"
    if "login" in item or ("firstname" in item and "lastname" in item):
        return "users"
    if "name" in item:
        return _by_few_fields(item)
    kept_elsewhere = ("knowledge_base_id", "category_layout", "roles_reader", "kb_locale_ids")
    return "knowledge_bases" if any(key in item for key in kept_elsewhere) else None


def _by_few_fields(item: Mapping[str, Any]) -> str | None:
    if "state_type_id" in item or "state_type" in item or ("ui_color" in item and "default_create" in item):
        return LABELS
    if "follow_up_possible" in item or "assignment_timeout" in item:
        return "groups"
    if "communication" in item:
        return LABELS
    return "organizations" if "domain_assignment" in item or ("shared" in item and "domain" in item) else None


def _ticket_around(page: Mapping[str, Any]) -> str | None:
    found = page.get("ticket_id")
    return str(found) if type(found) is int else None


VOCABULARY: Final = Vocabulary(
    kind_of=kind_of,
    collections=COLLECTIONS,
    inside=words("assets records result"),
    envelope=words("""
        id type ticket_id ticket_ids ticket_article_ids tickets_count user_ids organization_ids total_count count
        record_ids index form_meta links tags mentions time_accountings page per_page related_tickets
        """),
    ticket_around=_ticket_around,
)
