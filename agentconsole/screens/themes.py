"""The console's own colours, for eight hours a day: quiet surfaces, few hues, each with a word beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

DARK: Final = Theme(
    name="agentconsole-dark",
    dark=True,
    primary="#7fa6c9",
    secondary="#86b3a4",
    accent="#d2b074",
    warning="#d8a25e",
    error="#e08a84",
    success="#93b87e",
    foreground="#d6dadf",
    background="#15181c",
    surface="#1b1f24",
    panel="#252b32",
    variables={
        "block-cursor-foreground": "#0f1215",
        "block-cursor-background": "#9dbcd8",
        "block-cursor-text-style": "bold",
        "input-selection-background": "#7fa6c9 35%",
        "border": "#3a434d",
        "border-blurred": "#2a3138",
    },
)
LIGHT: Final = Theme(
    name="agentconsole-light",
    dark=False,
    primary="#2f5f8c",
    secondary="#2f6d5c",
    accent="#7d5a10",
    warning="#8f5200",
    error="#a3322d",
    success="#3c6b2c",
    foreground="#24292e",
    background="#faf9f6",
    surface="#f2f0eb",
    panel="#e6e3dc",
    variables={
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#2f5f8c",
        "block-cursor-text-style": "bold",
        "input-selection-background": "#2f5f8c 25%",
        "border": "#c4bfb4",
        "border-blurred": "#d9d5cc",
    },
)
MONO: Final = replace(
    BUILTIN_THEMES["ansi-dark"],
    name="agentconsole-mono",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-text-style": "underline",
        "input-cursor-text-style": "reverse",
    },
)
"""For `NO_COLOR`: what colours would point out is reversed, bold or underlined."""
OFFERED: Final = (DARK.name, LIGHT.name, "ansi-dark", "ansi-light")
"""In the order in which one key goes round; the last two use the terminal's own sixteen colours."""
