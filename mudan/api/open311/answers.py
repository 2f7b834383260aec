"""How does a case look to everybody who asks by Open311? The stage in words, dates, whose it is; nobody's name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from starlette.responses import Response

from mudan.core.cases.model.georeport import FORMATS, Note, Offer, Request, masked, written
from mudan.core.cases.model.georeport.writing import Listed
from mudan.core.cases.model.types import CaseType
from mudan.core.cases.queries import OpenCase
from mudan.primitives.text import Text

_MERGED: Final = Text("并入", "merged into")
_EXAMPLE: Final = Text("示例数据", "example data")


def answer(what: Listed, name: str, form: str) -> Response:
    """A list as an answer."""
    return Response(written(what, name, form), media_type=FORMATS[form])


def request_of(one: OpenCase, offer: Offer, language: str) -> Request:
    """A case as a request."""
    return Request(
        id=one.number, status="closed" if one.closed else "open", status_notes=_notes(one, offer.type, language),
        service_name=say(offer.class_.title, language), service_code=offer.code, description=masked(one.text),
        agency_responsible="" if one.agency is None else say(one.agency, language),
        service_notice=say(_EXAMPLE, language) if offer.type.example else "",
        requested_at=one.requested_at, updated_at=one.updated_at, expected_at=one.expected_at,
        address=masked(one.address), address_id=one.address_id, lat=one.lat, lon=one.lon, media_url=one.media_url,
    )  # fmt: skip


def extension_of(
    one: OpenCase, offer: Offer, stages: Sequence[tuple[datetime, str]], language: str
) -> tuple[Mapping[str, str], tuple[Note, ...]]:
    """Its stage by name and number of seven, and when it came to which."""
    stage = offer.type.stage(one.state)
    notes = tuple(Note(at, state, _stage(offer.type, state, language)) for at, state in stages)
    return {"stage": one.state, "stage_name": say(stage.title, language), "step": str(stage.step)}, notes


def say(text: Text, language: str) -> str:
    """The text in a language."""
    return text.en if language == "en" else text.zh


def _notes(one: OpenCase, case_type: CaseType, language: str) -> str:
    stage = _stage(case_type, one.state, language)
    return f"{stage}：{say(_MERGED, language)} {one.main_number}" if one.main_number else stage


def _stage(case_type: CaseType, state: str, language: str) -> str:
    known = {stage.name: stage.title for stage in case_type.stages}
    return say(known.get(state, Text(state, state)), language)
