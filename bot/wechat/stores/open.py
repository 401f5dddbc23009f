"""Which form of the token store a database gets."""

from bot.config import Settings
from bot.vault import Vault
from bot.wechat.stores.contract import TokenStore


def open_store(settings: Settings) -> TokenStore:
    """The form is imported only where it is used: the worker stays lean. Nothing is held open."""
    vault = Vault(settings.secret_key)
    if settings.is_sqlite:
        from bot.wechat.stores.sqlite import SqliteStore

        return SqliteStore(settings.sqlite_path, vault)
    from bot.wechat.stores.postgres import PostgresStore

    return PostgresStore(settings.database, vault)
