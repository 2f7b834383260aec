"""How does a picture of a case come in, and how is it looked at?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import AwareDatetime

from mudan.api.cases.board import Reader, Reporting, changed
from mudan.api.cases.wire import CaseDetailOut, Role
from mudan.api.centre import work
from mudan.core.cases import actions, queries
from mudan.core.cases.model.pictures import NewPicture
from mudan.primitives.pictures import MAX_BYTES

router = APIRouter()


@router.post("/api/cases/{case_id}/pictures")
async def add_picture(
    actor: Reporting,
    request: Request,
    case_id: UUID,
    file: Annotated[UploadFile, File()],
    client_id: Annotated[UUID, Form()],
    role: Annotated[Role, Form()] = "report",
    taken_at: Annotated[AwareDatetime | None, Form()] = None,
    lon: Annotated[float | None, Form(ge=-180, le=180)] = None,
    lat: Annotated[float | None, Form(ge=-90, le=90)] = None,
) -> CaseDetailOut:
    """Give a picture of a case; it is drawn anew and kept by its hash. The same client_id again changes nothing.

    Time and place that are not given are the camera's own, where it wrote them; nothing else of the file is kept.
    """
    data = await file.read(MAX_BYTES + 1)
    async with work(actor, request) as unit:
        new = NewPicture(client_id, role, data, taken_at, lon, lat)
        by, hand = actions.author_of(actor), actions.hand_of(actor)
        one = await actions.add_picture(unit.connection, case_id, new, by, unit.now, hand=hand)
        return await changed(unit, actor, one, "picture", {"picture": str(client_id), "role": role})


@router.get("/api/cases/{case_id}/pictures/{picture_id}", response_class=Response)
async def picture(actor: Reader, request: Request, case_id: UUID, picture_id: UUID) -> Response:
    """A picture, nothing but what can be seen; whoever sees the case sees it."""
    async with work(actor, request) as unit:
        jpeg = await queries.jpeg(unit.connection, case_id, picture_id)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})
