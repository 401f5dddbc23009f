"""What the platforms reach: callbacks, the files that prove a domain; and the fetching of what hangs on a word."""

from aiohttp import web

from bot.deps import DEPS
from handlers.chat.ebb import EBB, Ebb
from handlers.chat.wake import Wake
from handlers.wechat import verify_files
from handlers.wechat.callbacks import Callbacks
from handlers.wechat.counting import interfaces_counted
from handlers.wechat.media import FETCH
from handlers.wechat.platform_media import media_fetched
from handlers.wechat.speech.listening import speech_recognised


def add_wechat(app: web.Application) -> None:
    """`app` has DEPS and WAKE already."""
    app[FETCH], app[EBB] = Wake(), Ebb()
    Callbacks(app[DEPS]).add_to(app)
    app.add_routes(verify_files.routes)
    app.cleanup_ctx.append(media_fetched)
    app.cleanup_ctx.append(interfaces_counted)
    app.cleanup_ctx.append(speech_recognised)
