"""How do the words of a level leave the house? Notices, call chains, warning drafts, report clocks."""

from datetime import timedelta
from functools import partial
from typing import Final

from mudan.core.calls import actions as calls
from mudan.core.calls.model import Start as CallStart
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice
from mudan.core.plans.model.types import (
    Notice,
    Plan,
    ReportClock,
    WarningDraft,
)
from mudan.core.reports import actions as reports
from mudan.core.responses.actions.work import Came, Work, note
from mudan.core.responses.actions.writing import engine_actor, steps_to
from mudan.core.warnings import actions as warnings
from mudan.core.warnings.model.cap import Category, Certainty, Urgency
from mudan.core.warnings.model.china import event_code_of, known_code
from mudan.core.warnings.model.content import Content, held
from mudan.core.warnings.model.geometry import Circle
from mudan.primitives.clock import scaled
from mudan.primitives.text import Text

COLOURS: Final = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}
BODIES: Final = {
    "county": Text("县委县政府", "County"),
    "city": Text("市级", "City"),
    "province": Text("省级", "Province"),
}


async def tell(work: Work, notice: Notice) -> None:
    due_at = work.due(notice.within)
    if notice.who.towns:
        await note(
            work, "call", notice.id, notice.text, work.who(notice.who), due_at, partial(_call, work, notice)
        )
        return
    await note(
        work,
        "notice",
        notice.id,
        notice.text,
        work.who(notice.who),
        due_at,
        partial(_post_notice, work, notice),
    )


async def _call(work: Work, notice: Notice) -> Came:
    within_s = int(notice.within.total_seconds()) if notice.within is not None else 180
    run = await calls.start(
        work.connection,
        None,
        work.now,
        CallStart(
            title=notice.text.zh[:80], words=notice.text.zh, area_code=work.response.area_code,
            level=int(work.level.level), answer_within_s=min(3600, max(30, within_s)), incident=work.incident.id,
            origin=f"{work.origin}/call/{notice.id}",
        ),
        space=work.response.space, by=work.actor.name,
    )  # fmt: skip
    return Came(noun="calls", ref=str(run.id))


async def _post_notice(work: Work, notice: Notice) -> Came:
    steps = [steps_to(work.plan, notice.who, notice.channels)]
    wait_s = notice.within.total_seconds() if notice.within is not None else 0.0
    for step in work.plan.call_trees.get(notice.fallback or "", ()):
        after_s = scaled(timedelta(seconds=wait_s), work.scale).total_seconds()
        steps.append(steps_to(work.plan, step.who, step.channels, after_s))
        wait_s = step.wait.total_seconds()
    posted = await notices.post(
        work.connection,
        NewNotice(
            noun="responses", subject=f"{work.response.id}/{notice.id}", space=work.response.space,
            area_code=work.response.area_code, department=notice.who.department or None, title=work.plan.title,
            body=notice.text, steps=tuple(steps), level=int(work.level.level), need_receipt=notice.need_receipt,
            within_s=None if notice.within is None else scaled(notice.within, work.scale).total_seconds(),
        ),
        work.now,
        by="responses",
    )  # fmt: skip
    return Came(noun="notices", ref=str(posted))


# The event code (GB/T 35561 family) of a hazard whose words name none exactly.
CODES: Final = {"flood": "11A01", "earthquake": "11C01", "waterlogging": "11B36", "crowd": "14A01"}


def _code_of(plan: Plan, draft: WarningDraft) -> str:
    named = event_code_of(draft.event.zh)
    return named if known_code(named) else CODES.get(plan.hazard, "12A01")


async def warn(work: Work, draft: WarningDraft) -> Came:
    here = work.place
    circles: tuple[Circle, ...] = ()
    if draft.radius_m is not None and here is not None:
        circles = (Circle(here, draft.radius_m / 1000),)
    issuer = work.plan.issued_by
    content = Content(
        event_type=_code_of(work.plan, draft), category=Category(draft.category),
        level=COLOURS[draft.colour.value], event=draft.event, headline=draft.headline, description=draft.description,
        instruction=draft.instruction, area=_area_words(work, draft), issuer=issuer,
        expires=(work.now + scaled(draft.expires, work.scale)).replace(microsecond=0),
        urgency=Urgency(draft.urgency), certainty=Certainty(draft.certainty), circles=circles,
        geocodes=() if circles else (work.response.area_code[:6],),
    )  # fmt: skip
    new = warnings.NewWarning(
        held(content), area_code=work.response.area_code, incident=work.incident.id,
        origin=f"{work.origin}/warning/{draft.id}",
    )  # fmt: skip
    made = await warnings.draft(work.connection, engine_actor(work.response.space), new, work.now)
    return Came(noun="warnings", ref=str(made.id), note="草稿，须第二人批准后发布")


def _area_words(work: Work, draft: WarningDraft) -> Text:
    if draft.area == "county" or work.incident.lon is None:
        return Text("全县", "the whole county")
    place = work.incident.address or work.incident.title
    if draft.radius_m is None:
        return Text(f"{place}及周边", f"around {place}")
    return Text(f"{place}周边 {draft.radius_m:.0f} 米", f"{draft.radius_m:.0f} m around {place}")


async def report(work: Work, clock: ReportClock, item: str) -> None:
    to = BODIES[clock.to]
    kinds = {
        "first": Text("首报", "first report"),
        "progress": Text("续报", "progress report"),
        "final": Text("终报", "final report"),
    }
    for mode, within in (("phone", clock.phone_within), ("written", clock.written_within or clock.every)):
        if within is None:
            continue
        title = Text(
            f"{to.zh}{kinds[clock.kind].zh}（{'电话' if mode == 'phone' else '书面'}）",
            f"{kinds[clock.kind].en} to the {to.en.lower()} ({mode})",
        )
        act = partial(_clock, work, clock, mode, within)
        await note(work, "report", f"{item}-{clock.kind}-{mode}", title, to, work.due(within), act)


async def _clock(work: Work, report: ReportClock, mode: str, within: timedelta) -> Came:
    await reports.set_clock(
        work.connection, work.incident.id, BODIES[report.to], report.kind, mode,
        max(1, int(within.total_seconds() // 60)), source=work.origin, now=work.now,
    )  # fmt: skip
    return Came(noun="reports", ref=str(work.incident.id))
