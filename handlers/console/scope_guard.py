"""What only the people of the whole county may do, whatever their role."""

from aiohttp import web

from bot.access.guards import Caller, require_role
from bot.access.models import Role
from bot.deps import DEPS
from handlers.console.scope import scope


async def whole_county(request: web.Request, *roles: Role) -> Caller:
    """A person with one of the roles who is not tied to a part of the county. Raises 403."""
    caller = await require_role(request, *roles)
    async with request.app[DEPS].read() as session:
        if not (await scope(session, caller)).whole:
            raise web.HTTPForbidden
    return caller
