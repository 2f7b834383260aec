"""Where does everybody read the warnings? One page that needs neither a sign-in nor a script."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from mudan.api.cap_feed import NOTHING, answered, shown
from mudan.api.deps import deps_of
from mudan.api.public.page import Stage, page
from mudan.api.public.style import STYLE
from mudan.api.stage import told_to_all
from mudan.core.entities import queries as entities
from mudan.primitives.errors import NotFound

router = APIRouter(tags=["public"])


@router.get("/public/warnings", response_class=Response)
async def warnings(request: Request, lang: Literal["zh", "en"] = "zh") -> Response:
    """What is in force, in words and as a sketch, in Chinese or English."""
    found, now = await shown(request)
    deps = deps_of(request)
    stage = await told_to_all(deps)
    body = page(
        found, now.replace(second=0, microsecond=0), lang, await _outline(request), demo=deps.settings.demo,
        stage=Stage(stage.number, stage.name, stage.meaning, stage.since, stage.why, example=stage.example),
    )  # fmt: skip
    return answered(request, body.encode(), "text/html; charset=utf-8")


async def _outline(request: Request) -> dict[str, Any] | None:
    async with deps_of(request).db.work(NOTHING) as connection:
        try:
            found = await entities.layer(connection, "outline")
        except NotFound:
            return None
        infos = await entities.layers(connection)
    credit = next((info["credit"] for info in infos if info["name"] == "outline"), "")
    return found | {"credit": credit}


@router.get("/public/style.css", response_class=Response)
async def style(request: Request) -> Response:
    """How the page looks."""
    return answered(request, STYLE.encode(), "text/css; charset=utf-8")
