from tests.console.conftest import officer, server, viewer

__all__ = ["officer", "server", "viewer"]
