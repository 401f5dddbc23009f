"""Which form of the claims a database gets."""

from bot.config import Settings
from broadcasts.dispatch.claims.contract import Claims


def open_claims(settings: Settings, slot: str) -> Claims:
    """The form is imported only where it is used: the worker stays lean."""
    if settings.is_sqlite:
        from broadcasts.dispatch.claims.sqlite import SqliteClaims

        return SqliteClaims(settings.sqlite_path, slot)
    from broadcasts.dispatch.claims.postgres import PostgresClaims

    return PostgresClaims(settings.database, slot)
