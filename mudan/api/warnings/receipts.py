"""What do gateways report over HTTP of the warnings they took? Signed; nobody is signed in."""

from fastapi import APIRouter, Request, Response

from mudan.api.centre import centre_of
from mudan.api.deps import deps_of
from mudan.api.warnings.publishing import publishing_of
from mudan.core.warnings import actions
from mudan.core.warnings.model.gateway import check_signature, report_of
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Unavailable

router = APIRouter()
HEADER = "mudan-signature"


@router.post("/api/warnings/receipts", status_code=204, response_class=Response)
async def reported(request: Request) -> Response:
    """Take a gateway's report of a delivery; the newest one holds, and the same one twice changes nothing."""
    deps, secret = deps_of(request), publishing_of(request).gateway_secret
    if not secret:
        raise Unavailable("this centre takes no reports of gateways")
    body = await request.body()
    check_signature(request.headers.get(HEADER, ""), secret, body, deps.clock.now())
    report = report_of(body)
    async with deps.db.work() as connection:
        warning = await actions.gateway_reported(connection, report, deps.clock.now())
    changes = Changes()
    changes.touch("warnings", warning.space, warning.id)
    centre_of(request).changed(changes, set())
    return Response(status_code=204)
