"""agentconsole: a terminal console for support agents."""

__version__ = "0.1.0"
