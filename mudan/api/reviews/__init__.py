"""What does the log say afterwards of an incident, a response, an exercise; who kept it, and who signed it?"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from mudan.api.centre import Work, work
from mudan.api.deps import deps_of
from mudan.api.directives.wire import DirectiveDeadlineIn, DirectiveIn, DirectiveOut, directive_out
from mudan.api.drills.inside import reader_of
from mudan.api.papers import Form, PaperOut, answer, marks, paper_of, paper_out
from mudan.api.reviews.bundle import bundle, plain_record
from mudan.api.reviews.wire import (
    ObjectiveOut,
    ReviewActionIn,
    ReviewChangeOut,
    ReviewChangesOut,
    ReviewJudgementIn,
    ReviewListOut,
    ReviewOut,
    ReviewSignIn,
    ReviewVersionIn,
    listed_out,
    version_out,
)
from mudan.api.security import requires
from mudan.core.directives import actions as directives
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.reviews import actions, queries
from mudan.core.reviews.model import (
    Kind,
    Record,
    State,
    Subject,
    Version,
    check_open,
    compared,
    paper,
    state_of,
)
from mudan.primitives.paper import Facts, Heading, Paper, moment, plain
from mudan.primitives.text import Text

__all__ = ["router"]

router = APIRouter(tags=["reviews"])
Reader = Annotated[Actor, Depends(requires("reviews.read"))]
Writer = Annotated[Actor, Depends(requires("reviews.write"))]
Signer = Annotated[Actor, Depends(requires("reviews.sign"))]
PATH = "/api/reviews/{kind}/{subject_id}"


async def _inside(actor: Actor, request: Request, kind: Kind, subject_id: UUID) -> Actor:
    """An exercise's report is read in its own data space, from reality too."""
    return await reader_of(actor, request, subject_id if kind == "drill" else None)


async def _outside(actor: Actor, request: Request, kind: Kind, subject_id: UUID) -> list[dict[str, Any]]:
    """What was agreed of an exercise in reality, where it is put right."""
    if kind != "drill" or actor.scope.space != 0:
        return []
    async with work(actor, request) as unit:
        about = await queries.subject(unit.connection, kind, subject_id)
        return await queries.agreed(unit.connection, about)


async def _record(unit: Work, about: Subject, outside: Sequence[dict[str, Any]]) -> Record:
    record = await queries.record(unit.connection, about, unit.now)
    return replace(record, sections={**record.sections, "actions": [*record.sections["actions"], *outside]})


@router.get("/api/reviews")
async def page(
    actor: Reader,
    request: Request,
    kind: Annotated[list[Kind] | None, Query()] = None,
    state: Annotated[list[State] | None, Query()] = None,
    q: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> ReviewListOut:
    """What can be reviewed, newest first; `q` looks into numbers and titles."""
    async with work(actor, request) as unit:
        found, total = await queries.listed(
            unit.connection, kinds=kind or (), states=state or (), words=q, limit=limit
        )
    return ReviewListOut(items=[listed_out(one) for one in found], total=total, as_of=unit.now)


@router.get(PATH)
async def one(actor: Reader, request: Request, kind: Kind, subject_id: UUID) -> ReviewOut:
    """A review: its versions, and of an exercise the objectives with what people judged."""
    actor = await _inside(actor, request, kind, subject_id)
    async with work(actor, request) as unit:
        return await _out(unit, await queries.subject(unit.connection, kind, subject_id))


async def _out(unit: Work, about: Subject) -> ReviewOut:
    known = await queries.versions(unit.connection, about.kind, about.id)
    return ReviewOut(
        kind=about.kind, id=about.id, space=about.space, number=about.number, title=about.title,
        began_at=about.began_at, ended_at=about.ended_at, state=state_of(known),
        versions=[version_out(version) for version in known],
        objectives=[_objective(row) for row in await queries.objectives(unit.connection, about)], as_of=unit.now,
    )  # fmt: skip


def _objective(row: dict[str, Any]) -> ObjectiveOut:
    return ObjectiveOut(
        number=row["objective"], text=Text(row["text_zh"], row["text_en"] or row["text_zh"]), verdict=row["verdict"],
        note=row["note"] or "", by=row["by"] or "", at=row["at"],
    )  # fmt: skip


async def _paper(unit: Work, about: Subject, number: int | None, outside: Sequence[dict[str, Any]]) -> Paper:
    """The report of a version as it was kept, or as the log has it now."""
    if number is None:
        record = await _record(unit, about, outside)
        return paper(record, marks(about.space, demo=unit.deps.settings.demo))
    kept, _ = await queries.content(unit.connection, about.kind, about.id, number)
    return paper_of(PaperOut.model_validate(kept))


def _headed(kept: Paper, version: Version) -> Paper:
    """A kept report with its version's number, and at its end who kept and who signed it."""
    facts = Facts(
        (
            (Text("版本", "Version"), plain(version.number)),
            (Text("保存", "Kept"), plain(f"{moment(version.made_at).zh} {version.made_by}")),
            (Text("说明", "Note"), plain(version.note)),
            (Text("签审", "Signed"), plain(f"{version.signed_by} {moment(version.signed_at).zh}".strip())),
            (Text("签审意见", "Signer's note"), plain(version.sign_note)),
            (Text("SHA-256", "SHA-256"), plain(version.hash)),
        )
    )
    blocks = (*kept.blocks, Heading(Text("版本与签审", "Version and signature")), facts)
    return replace(kept, number=f"{kept.number}-V{version.number}", blocks=blocks)


@router.get(f"{PATH}/paper", response_model=PaperOut)
async def paper_page(
    actor: Reader,
    request: Request,
    kind: Kind,
    subject_id: UUID,
    version: Annotated[int | None, Query(ge=1)] = None,
    form_as: Form = "json",
) -> Response:
    """The report as JSON, as a page for the printer, or as PDF; of a version, or written from the log now."""
    outside = await _outside(actor, request, kind, subject_id)
    actor = await _inside(actor, request, kind, subject_id)
    async with work(actor, request) as unit:
        about = await queries.subject(unit.connection, kind, subject_id)
        found = await _paper(unit, about, version, outside)
        known = await queries.versions(unit.connection, kind, subject_id)
    kept = next((one for one in known if one.number == version), None)
    return answer(found if kept is None else _headed(found, kept), form_as, request)


@router.get(f"{PATH}/data", response_class=Response)
async def data(
    actor: Reader,
    request: Request,
    kind: Kind,
    subject_id: UUID,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The same as open data: a zip with JSON, CSV, GeoJSON, and a README with fields and hashes."""
    outside = await _outside(actor, request, kind, subject_id)
    inside = await _inside(actor, request, kind, subject_id)
    async with work(inside, request) as unit:
        about = await queries.subject(unit.connection, kind, subject_id)
        if version is None:
            record = plain_record(await _record(unit, about, outside))
        else:
            _, record = await queries.content(unit.connection, kind, subject_id, version)
        known = [_told(one) for one in await queries.versions(unit.connection, kind, subject_id)]
        await audit(unit.connection, actor, "review.export", f"{kind}:{subject_id}", {"version": version})
    packed = bundle(record, known, marks(about.space, demo=deps_of(request).settings.demo))
    name = f"AAR-{about.number}" + (f"-V{version}" if version else "")
    return Response(
        packed,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"'},
    )


def _told(version: Version) -> dict[str, Any]:
    told = version_out(version).model_dump(mode="json")
    return {name: value for name, value in told.items() if name != "made_by_id"}


@router.get(f"{PATH}/changes")
async def changes(
    actor: Reader,
    request: Request,
    kind: Kind,
    subject_id: UUID,
    old: Annotated[int, Query(ge=1)],
    new: Annotated[int | None, Query(ge=1)] = None,
) -> ReviewChangesOut:
    """What differs between a version and another, or what the log says now."""
    outside = await _outside(actor, request, kind, subject_id)
    actor = await _inside(actor, request, kind, subject_id)
    async with work(actor, request) as unit:
        about = await queries.subject(unit.connection, kind, subject_id)
        papers = [await _paper(unit, about, number, outside) for number in (old, new)]
    found = [ReviewChangeOut.model_validate(asdict(one)) for one in compared(*papers)]
    return ReviewChangesOut(old=old, new=new, changes=found)


@router.post(f"{PATH}/versions", status_code=201)
async def keep(
    actor: Writer, request: Request, kind: Kind, subject_id: UUID, body: ReviewVersionIn
) -> ReviewOut:
    """Keep the report as it is now, to be signed by the named role; a signed review is opened again by it."""
    outside = await _outside(actor, request, kind, subject_id)
    inside = await _inside(actor, request, kind, subject_id)
    async with work(inside, request) as unit:
        about = await queries.subject(unit.connection, kind, subject_id)
        record = await _record(unit, about, outside)
        written = paper(record, marks(about.space, demo=unit.deps.settings.demo))
        number = await actions.keep(
            unit.connection, actor, unit.now, about, paper=paper_out(written).model_dump(mode="json"),
            record=plain_record(record), seen=body.seen, note=body.note, sign_role=body.sign_role,
        )  # fmt: skip
        return await _changed(unit, actor, about, "keep", {"version": number, "note": body.note})


@router.post(f"{PATH}/versions/{{number}}/sign")
async def sign(
    actor: Signer, request: Request, kind: Kind, subject_id: UUID, number: int, body: ReviewSignIn
) -> ReviewOut:
    """Sign the last version: a second person, of the role that it names. The review is frozen then."""
    inside = await _inside(actor, request, kind, subject_id)
    async with work(inside, request) as unit:
        about = await queries.subject(unit.connection, kind, subject_id)
        await actions.sign(unit.connection, actor, unit.now, kind, subject_id, number, body.note)
        return await _changed(unit, actor, about, "sign", {"version": number})


async def _changed(
    unit: Work, actor: Actor, about: Subject, action: str, detail: dict[str, Any]
) -> ReviewOut:
    await audit(unit.connection, actor, f"review.{action}", f"{about.kind}:{about.id}", detail)
    for space in {actor.scope.space, about.space}:
        unit.changes.touch("reviews", space, about.id)
    return await _out(unit, about)


@router.post(f"{PATH}/judgements")
async def judge(
    actor: Writer, request: Request, kind: Kind, subject_id: UUID, body: ReviewJudgementIn
) -> ReviewOut:
    """Judge how far an exercise reached one of its objectives; the last judgement counts, all are kept."""
    inside = await _inside(actor, request, kind, subject_id)
    async with work(inside, request) as unit:
        about = await queries.subject(unit.connection, kind, subject_id)
        count = len(await queries.objectives(unit.connection, about))
        await actions.judge(
            unit.connection, actor, unit.now, about, count, body.objective, body.verdict, body.note
        )
        detail = {"objective": body.objective, "verdict": body.verdict}
        return await _changed(unit, actor, about, "judge", detail)


@router.post(f"{PATH}/actions", status_code=201)
async def agree(
    actor: Writer, request: Request, kind: Kind, subject_id: UUID, body: ReviewActionIn
) -> DirectiveOut:
    """Make an agreed action a directive that is chased until it is done, in the data space that one looks at:
    what an exercise taught is put right in reality.
    """
    inside = await _inside(actor, request, kind, subject_id)
    async with work(inside, request) as unit:
        about = await queries.subject(unit.connection, kind, subject_id)
        check_open(await queries.versions(unit.connection, kind, subject_id))
    wanted = DirectiveIn(
        client_id=body.client_id, title=body.title, source="review", target=body.target,
        incident_id=subject_id if kind == "incident" else None, area_code=about.area_code,
        deadline=DirectiveDeadlineIn(kind="absolute", at=body.due_at),
    )  # fmt: skip
    origin = f"review:{kind}:{subject_id}:{body.client_id}"
    async with work(actor, request) as unit:
        order = replace(wanted.order(actor.scope.area), origin=origin)
        made = await directives.issue(unit.connection, actor, unit.now, order)
        await audit(
            unit.connection, actor, "review.agree", f"{kind}:{subject_id}", {"directive": made.number}
        )
        unit.touched("directives", made.id)
        return DirectiveOut.model_validate(directive_out(made, actor, unit.now))
