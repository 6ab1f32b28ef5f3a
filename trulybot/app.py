"""One workspace as an application. Read this file first: it is the table of contents."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from litestar import Litestar, Response
from litestar.di import Provide
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.response import Redirect

from trulybot import __version__
from trulybot.account.routes import account
from trulybot.chat import inbox_queries
from trulybot.chat.answer_page import answering_from_inbox
from trulybot.chat.gap_answering import gap_answering
from trulybot.chat.handover_routes import handing_over
from trulybot.chat.pages import conversation_pages
from trulybot.chat.routes import conversing
from trulybot.chat.trying_page import trying_pages
from trulybot.chat.visitor_pages import chat_pages
from trulybot.chat.visitor_routes import answering_visitors
from trulybot.home.home_page import home_page
from trulybot.home.mails_page import mail_pages
from trulybot.home.preview_page import preview_pages
from trulybot.home.settings_page import settings_page
from trulybot.home.widget_page import widget_pages
from trulybot.kit import access, logs
from trulybot.kit.api import api_description, api_pages
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.health import up
from trulybot.kit.pages import AnyRequest, Pages, static_file
from trulybot.kit.rim import Rim
from trulybot.kit.routes import Routes
from trulybot.kit.texts import _
from trulybot.kit.web import problem, refusal_from, refusal_headers, wants_page
from trulybot.knowledge.adding_pages import adding_pages
from trulybot.knowledge.answer_pages import answer_pages
from trulybot.knowledge.answer_routes import curating
from trulybot.knowledge.answer_table_pages import answer_table_pages
from trulybot.knowledge.gap_pages import gap_pages
from trulybot.knowledge.passage_pages import passage_pages
from trulybot.knowledge.passage_routes import passage_routes
from trulybot.knowledge.routes import knowledge
from trulybot.knowledge.source_pages import source_pages
from trulybot.leads.deleted_pages import deleted_pages
from trulybot.leads.form_page import lead_form_pages
from trulybot.leads.lead_pages import one_lead_pages
from trulybot.leads.merging_pages import merging_pages
from trulybot.leads.pages import list_pages
from trulybot.leads.routes import taking_leads
from trulybot.leads.settings_pages import lead_settings_pages
from trulybot.preferences.routes import choosing
from trulybot.settings import Settings
from trulybot.visitors.cors import Cors
from trulybot.visitors.routes import visiting
from trulybot.widget.draft_routes import trying_drafts
from trulybot.widget.routes import embedding
from trulybot.workspace import Workspace

BODY_BYTES = 1_000_000  # of a request that is not an upload

# What handlers may ask for, by the name of their parameter.
PARTS: dict[str, Callable[[Workspace], Any]] = {
    "settings": lambda workspace: workspace.settings,
    "address": lambda workspace: workspace.settings.address,
    "db": lambda workspace: workspace.db,
    "limits": lambda workspace: workspace.limits,
    "choices": lambda workspace: workspace.choices,
    "shelf": lambda workspace: workspace.shelf,
    "library": lambda workspace: workspace.library,
    "workers": lambda workspace: workspace.workers,
    "leads": lambda workspace: workspace.leads,
    "sites": lambda workspace: workspace.sites,
    "visitors": lambda workspace: workspace.visitors,
    "chat": lambda workspace: workspace.chat,
    "watching": lambda workspace: workspace.watching,
    "widget": lambda workspace: workspace.widget,
    "drafts": lambda workspace: workspace.drafts,
    "seen": lambda workspace: workspace.seen,
    "writer": lambda workspace: workspace.writer,
    "provider": lambda workspace: workspace.writer.provider,
    "model": lambda workspace: workspace.writer.model,
    "moderator": lambda workspace: workspace.writer.moderator,
    "letters": lambda workspace: workspace.letters,
    "mail_server": lambda workspace: workspace.settings.mail_server,
    "telling": lambda workspace: workspace.telling,
}


class Application(Litestar):
    """Litestar inside our rim, and without its pydantic plugins: they would cost a third of the start.

    Nothing of a workspace is in the routes, so that they can answer for another one once they are registered.
    """

    workspace: Workspace
    rim: Rim

    def __init__(self, max_file_bytes: int) -> None:
        self.pages = Pages(lambda request: _page_context(request, self.workspace))
        super().__init__(
            route_handlers=[
                Routes(up, static_file),
                api_pages(),
                account(),
                choosing(),
                knowledge(max_file_bytes),
                passage_routes(),
                curating(),
                taking_leads(),
                visiting(),
                answering_visitors(),
                conversing(),
                handing_over(),
                embedding(),
                trying_drafts(),
                home_page(),
                settings_page(),
                widget_pages(),
                preview_pages(),
                source_pages(),
                trying_pages(),
                adding_pages(max_file_bytes),
                passage_pages(),
                answer_pages(),
                answer_table_pages(),
                gap_pages(),
                gap_answering(),
                mail_pages(),
                list_pages(),
                one_lead_pages(),
                merging_pages(),
                deleted_pages(),
                lead_settings_pages(),
                lead_form_pages(),
                conversation_pages(),
                answering_from_inbox(),
                chat_pages(),
            ],
            dependencies=self._dependencies(),
            before_request=access.admit,
            exception_handlers={Exception: _refuse},
            lifespan=[self._running],
            request_max_body_size=BODY_BYTES,
            logging_config=None,
            openapi_config=api_description("TrulyBot", __version__),
        )
        self.cors = Cors(self, lambda site: self.workspace.sites.allow(site))
        access.assert_declared(self)

    def answer_for(self, workspace: Workspace) -> None:
        """Be the application of this workspace, and no longer of the one before it."""
        settings = workspace.settings
        self.workspace = workspace
        self.rim = Rim(settings.hosts, settings.trusted_proxies)
        self.state.update(_state(workspace, self.pages))
        tempfile.tempdir = str(settings.temporary)  # uploads are spooled on the data's disk, not in memory

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.rim(scope, receive, send, self._from_any_site)

    async def _from_any_site(self, scope: Any, receive: Any, send: Any) -> None:
        await self.cors(scope, receive, send, super().__call__)

    def _dependencies(self) -> dict[str, Provide]:
        giving = {name: self._giving(part) for name, part in PARTS.items()} | {"pages": lambda: self.pages}
        return {name: Provide(give, sync_to_thread=False) for name, give in giving.items()}

    def _giving(self, part: Callable[[Workspace], Any]) -> Callable[[], Any]:
        return lambda: part(self.workspace)

    @asynccontextmanager
    async def _running(self, _: Litestar) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(logs.note_in_background)
        await self.workspace.start()
        try:
            yield
        finally:
            await self.workspace.close()

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def create_app(settings: Settings, stopping: asyncio.Event | None = None) -> Application:
    """The application of the workspace in `settings.data`, whose database is migrated first; raises CannotStart."""
    workspace = Workspace.open(settings, stopping)
    app = Application(settings.max_file_bytes)
    app.answer_for(workspace)
    return app


def _state(workspace: Workspace, pages: Pages) -> dict[str, Any]:
    """What guards and pages need beside the dependencies of their handler."""
    return {
        "limits": workspace.limits,
        "authenticate": workspace.authenticate,
        "pages": pages,
    }


def _page_context(request: AnyRequest, workspace: Workspace) -> dict[str, object]:
    principal = access.principal_of(request)
    is_person = principal is not None and not principal.is_program
    unread = workspace.db.glance(inbox_queries.unread, principal.id) if principal and is_person else 0
    has_mail = workspace.settings.mail_server is not None
    return {"workspace": workspace.choices.last.bot_name, "unread": unread, "has_mail": has_mail}


def _refuse(request: AnyRequest, error: Exception) -> Response[Any]:
    """An error as problem details, or as a page where a person's browser asked."""
    refusal = refusal_from(error)
    if not wants_page(request):
        return problem(refusal)
    if isinstance(refusal, Unauthenticated) and request.method == "GET" and "hx-request" not in request.headers:
        return Redirect(f"/sign-in?{urlencode({'next': request.url.path})}", status_code=303)
    access.note_reader(request)  # who is refused was not admitted
    pages: Pages = request.app.state.pages
    page = pages.render(
        "shared/error.html",
        request,
        refusal.status,
        status=refusal.status,
        title=_(refusal.title),
        sentence=refusal.sentence,
        retry_after=getattr(refusal, "retry_after", None),
    )
    page.headers.update(refusal_headers(refusal))
    return page
