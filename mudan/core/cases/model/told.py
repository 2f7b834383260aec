"""What of a case is told to those who reported it, and what to everybody? Never a name or free words of others.

told()   to who holds a slip: stages with dates, the expected time, the department's answer with what is personal struck
shown()  to everybody: counts; small ones are struck, and one more where a single one could be reckoned back
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mudan.core.cases.model.chart import Hand, possible
from mudan.core.cases.model.running import Running
from mudan.core.cases.model.slip import MOST_REOPENED, REOPENED_WITHIN
from mudan.core.cases.model.types import CaseType
from mudan.core.cases.model.words import Case, CaseEvent
from mudan.primitives.text import Text

REPORTER: Final = Hand(None, "reporter")
LEAST: Final = 5  # 示例: smaller numbers could point to somebody
STRUCK: Final = "＊＊"
PLAIN: Final[Mapping[str, Text]] = {
    "reported": Text("已收到，等待受理", "received, to be looked at"),
    "verifying": Text("正在派人到现场核实", "somebody is sent to see it"),
    "filing": Text("已受理，准备立案", "taken up, about to be opened"),
    "dispatching": Text("已立案，正在确定由谁办理", "opened, its department is being chosen"),
    "assigned": Text("已派给承办部门", "sent to the department"),
    "handling": Text("承办部门正在办理", "the department is at work"),
    "on_account": Text("暂缓办理，已登记在账", "put off, kept on account"),
    "answered": Text("承办部门已办理，等待检查", "done by the department, to be checked"),
    "checking": Text("正在检查办理结果", "the result is being checked"),
    "evaluating": Text("已结案，请您评价", "closed; please say how it is"),
    "archived": Text("已结案归档", "closed and archived"),
    "refused": Text("不予立案", "not opened"),
    "replied": Text("已直接答复", "answered at once"),
    "void": Text("已作废", "void"),
    "merged": Text("已并入同一问题的案件", "merged with a case of the same matter"),
}  # fmt: skip
_ANSWERING: Final = ("answer", "answer_now", "refuse", "disprove")
_NUMBERS: Final = re.compile(r"\+?\d(?:[\s\-]?\d){6,}[Xx]?")
_MAIL: Final = re.compile(r"[^\s@，。；：]+@[^\s@，。；：]+")


@dataclass(frozen=True, slots=True)
class ToldStage:
    """A stage that the case came to, in plain words."""

    at: datetime
    step: int
    words: Text


@dataclass(frozen=True, slots=True)
class Told:
    """A case as its reporter sees it. `can`: rate, reopen, review. `answered`: how it was rated last."""

    number: str
    class_title: Text
    town: Text
    example: bool
    state: str
    step: int
    stage: Text
    stages: tuple[ToldStage, ...]
    expected_at: datetime | None
    late: bool
    paused: bool
    answer: str
    answered: Text | None
    closed: bool
    ended: bool
    reopened: int
    can: tuple[str, ...]


def plain(case_type: CaseType, state: str) -> Text:
    """A stage in words for everybody."""
    return PLAIN.get(state) or case_type.stage(state).title


def told(
    case: Case,
    case_type: CaseType,
    clocks: Sequence[Running],
    history: Sequence[CaseEvent],
    town: Text,
    private: Iterable[str],
    now: datetime,
) -> Told:
    """A case as its reporter sees it; `private` are words of reporters that must not be told on."""
    stage, class_ = case_type.stage(case.state), case_type.class_of(case.class_code)
    whole = [run for run in clocks if run.is_open and run.name in _whole(case_type)]
    due = whole[-1].turns.due_at if whole else None
    rated = next((one.title for one in case_type.answers if one.code == case.situation.answer), None)
    return Told(
        number=case.number, class_title=class_.title if class_ else Text(case.class_code, case.class_code), town=town,
        example=case_type.example, state=case.state, step=stage.step, stage=plain(case_type, case.state),
        stages=tuple(_stages(case_type, history)), expected_at=due, late=due is not None and due < now,
        paused=bool(whole) and due is None, answer=struck(_answer(history), private), answered=rated,
        closed=case.closed_at is not None, ended=case.ended_at is not None, reopened=case.situation.reopened,
        can=_can(case, case_type, now),
    )  # fmt: skip


def _whole(case_type: CaseType) -> frozenset[str]:
    return frozenset(spec.name for spec in case_type.clocks if not spec.stages)


def _stages(case_type: CaseType, history: Sequence[CaseEvent]) -> Iterable[ToldStage]:
    for event in history:
        if event.kind == "report" or event.to_state != event.from_state:
            step = case_type.stage(event.to_state).step
            yield ToldStage(event.at, step, plain(case_type, event.to_state))


def _answer(history: Sequence[CaseEvent]) -> str:
    said = [event.text.zh.partition("：")[2] for event in history if event.kind in _ANSWERING]
    return next((words for words in reversed(said) if words), "")


def _can(case: Case, case_type: CaseType, now: datetime) -> tuple[str, ...]:
    ways = set(possible(case_type, case.situation, REPORTER)) & {"rate", "reopen", "review"}
    ended = case.closed_at or case.ended_at
    if case.situation.reopened >= MOST_REOPENED or (ended is not None and now - ended > REOPENED_WITHIN):
        ways -= {"reopen", "review"}
    return tuple(sorted(ways))


def struck(words: str, private: Iterable[str]) -> str:
    """The words without long numbers, mail addresses and what is private."""
    for one in sorted({part.strip() for part in private if len(part.strip()) > 1}, key=len, reverse=True):
        words = words.replace(one, STRUCK)
    return _NUMBERS.sub(STRUCK, _MAIL.sub(STRUCK, words))


def shown(counts: Mapping[str, int], least: int = LEAST) -> dict[str, int | None]:
    """The counts, small ones None; where that strikes a single one, the next smallest too."""
    small = {name for name, count in counts.items() if 0 < count < least}
    others = [name for name, count in counts.items() if count >= least]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda name: (counts[name], name)))
    return {name: None if name in small else count for name, count in counts.items()}
