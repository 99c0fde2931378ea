"""Foreign text: made safe, measured in cells, wrapped, folded for search, told apart by language."""

from __future__ import annotations

from agentconsole.domain.text.language import detect_language
from agentconsole.domain.text.safe import safe_text
from agentconsole.domain.text.search import SearchQuery, fold, query_tokens, search_tokens, search_words
from agentconsole.domain.text.width import cell_width, pad, truncate
from agentconsole.domain.text.wrapping import break_offsets, wrap

__all__ = [
    "SearchQuery",
    "break_offsets",
    "cell_width",
    "detect_language",
    "fold",
    "pad",
    "query_tokens",
    "safe_text",
    "search_tokens",
    "search_words",
    "truncate",
    "wrap",
]
