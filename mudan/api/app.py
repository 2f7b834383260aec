"""Which routes does the centre answer, and what is laid around them?"""

from typing import Final

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.responses import JSONResponse

from mudan.api import (
    alarms,
    audit,
    cap_feed,
    cases,
    census,
    deadlines,
    directives,
    dispatch,
    drills,
    duty,
    entities,
    health,
    households,
    incidents,
    live,
    nearby,
    ngsi_ld,
    notices,
    open311,
    people,
    plans,
    platforms,
    posts,
    public,
    records,
    replay,
    reports,
    responses,
    reviews,
    roads,
    safety,
    session,
    shapes,
    stage,
    supplies,
    tasks,
    units,
    visits,
    warnings,
)
from mudan.api.deps import ApiSettings, Deps
from mudan.api.errors import Answerer
from mudan.api.joining import joined
from mudan.api.security import Guard, check_declared, signed_in
from mudan.api.web import WebFiles

__all__ = ["ROUTERS", "ApiSettings", "Deps", "create_app", "stand_on"]

_own: Final = APIRouter(tags=["centre"])

# Every noun's routes. A new file with a `router` is named here and nowhere else.
ROUTERS: Final[tuple[APIRouter, ...]] = (
    _own,
    health.router,
    session.router,
    people.router,
    audit.router,
    ngsi_ld.router,
    alarms.router,
    notices.router,
    deadlines.router,
    cases.router,
    open311.router,
    households.router,
    visits.router,
    incidents.router,
    posts.router,
    reports.router,
    stage.router,
    tasks.router,
    safety.router,
    supplies.router,
    units.router,
    entities.router,
    census.router,
    nearby.router,
    shapes.router,
    plans.router,
    responses.router,
    platforms.router,
    records.router,
    roads.router,
    drills.router,
    replay.router,
    reviews.router,
    duty.router,
    directives.router,
    dispatch.router,
    warnings.router,
    cap_feed.router,
    public.router,
    live.router,
)


@_own.get("/api/openapi.json", include_in_schema=False, dependencies=[Depends(signed_in())])
async def openapi(request: Request) -> JSONResponse:
    """The description of this API, for those signed in."""
    app: FastAPI = request.app
    return JSONResponse(app.openapi())


def create_app(deps: Deps) -> FastAPI:
    """The API over its dependencies; raises ValueError when a route declares no permission."""
    app = FastAPI(
        title="Mudan 牡丹",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    stand_on(app, deps)
    answerer = Answerer(
        {
            ngsi_ld.PREFIX: ngsi_ld.render,
            open311.PREFIX: open311.render,
            **dict.fromkeys(public.PAGES, public.sorry),
        }
    )
    answerer.install(app)
    app.router.routes.extend(joined(*ROUTERS).routes)
    check_declared(app)
    app.add_middleware(Guard, answer=answerer.answer)
    return app


def stand_on(app: FastAPI, deps: Deps) -> None:
    """Let the app answer from these parts from now on, and with the web pages that their settings name."""
    app.state.deps = deps
    app.router.default = WebFiles(deps.settings.web_root)
