"""Who may read and who may write in the duty room?"""

from typing import Annotated

from fastapi import Depends, Response

from mudan.api.security import requires
from mudan.core.people.model import Actor

Reader = Annotated[Actor, Depends(requires("duty.read"))]
Writer = Annotated[Actor, Depends(requires("duty.write"))]


def table(text: str, name: str) -> Response:
    """A CSV file to be kept under that name."""
    headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
