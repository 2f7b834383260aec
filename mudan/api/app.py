"""Which routes does the centre answer, and what is laid around them?"""

from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI, Request

from mudan.api import (
    alarms,
    audit,
    cap_feed,
    deadlines,
    directives,
    dispatch,
    drills,
    duty,
    entities,
    health,
    incidents,
    live,
    ngsi_ld,
    notices,
    people,
    plans,
    platforms,
    posts,
    public,
    replay,
    reports,
    responses,
    reviews,
    roads,
    safety,
    session,
    stage,
    supplies,
    tasks,
    units,
    warnings,
)
from mudan.api.deps import ApiSettings, Deps
from mudan.api.errors import Answerer
from mudan.api.security import Guard, check_declared, signed_in
from mudan.api.web import WebFiles

__all__ = ["ROUTERS", "ApiSettings", "Deps", "create_app"]

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
    incidents.router,
    posts.router,
    reports.router,
    stage.router,
    tasks.router,
    safety.router,
    supplies.router,
    units.router,
    entities.router,
    plans.router,
    responses.router,
    platforms.router,
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
async def openapi(request: Request) -> dict[str, Any]:
    """The description of this API, for those signed in."""
    app: FastAPI = request.app
    return app.openapi()


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
    app.state.deps = deps
    answerer = Answerer({ngsi_ld.PREFIX: ngsi_ld.render})
    answerer.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.router.default = WebFiles(deps.settings.web_root)
    check_declared(app)
    app.add_middleware(Guard, answer=answerer.answer)
    return app
