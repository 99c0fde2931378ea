"""The schema, as SQLModel tables: what migrations are made from and held against.

Instants are whole seconds since 1970 in UTC. Lists and maps are JSON text. Ids that came from elsewhere are
(source, external_id) pairs.
Reads and writes run on the driver (`store.connection`), so that nothing but a migration loads SQLModel.
"""

from __future__ import annotations

from agentconsole.store.tables import customers, desks, exchange, knowledge, tickets

__all__ = ["customers", "desks", "exchange", "knowledge", "tickets"]
