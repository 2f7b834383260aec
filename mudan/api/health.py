"""Does the centre live, is it ready, and how busy is it? For supervisors, balancers and Prometheus."""

from fastapi import APIRouter, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from mudan.api.deps import deps_of
from mudan.api.security import current_session, from_this_machine
from mudan.primitives.errors import NotAllowed

router = APIRouter(tags=["health"])


class LiveOut(BaseModel):
    """The process lives."""

    live: bool = True


class ReadyOut(BaseModel):
    """Which parts answer."""

    ready: bool
    checks: dict[str, bool]


@router.get("/healthz")
async def healthz() -> LiveOut:
    """The process lives."""
    return LiveOut()


@router.get("/readyz", responses={503: {"model": ReadyOut}})
async def readyz(request: Request, response: Response) -> ReadyOut:
    """Whether the database answers and the connectors run; 503 when not."""
    deps = deps_of(request)
    checks = {"database": await deps.db.answers()}
    checks |= {name: check() for name, check in deps.ready.items()}
    ready = all(checks.values())
    response.status_code = 200 if ready else 503
    return ReadyOut(ready=ready, checks=checks)


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Figures in the Prometheus text format.

    A collector on this machine has no person to sign in as, and whoever runs processes here can read the
    centre's files anyway; everybody else needs platforms.read. Counters only, no names of people or places.
    """
    if not from_this_machine(request):
        session = await current_session(request)
        if not session.actor.may("platforms.read"):
            raise NotAllowed("your role does not allow this")
    return Response(deps_of(request).metrics.text(), media_type=CONTENT_TYPE_LATEST)
