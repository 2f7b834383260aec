"""May this person do this to a case that stands so, and how does it stand afterwards?

decide(type, situation, deed, hand) ─▶ transition      refuses with the reason: Conflict, NotAllowed, Invalid
after(type, situation, transition, deed, hand) ─▶ situation      the only place where a case changes

guards    verified    what the public or the media report was seen in the field before it is opened
          own         the hand belongs to the owner or a co-handler, or speaks for them from the desk and says so
          not_handler neither the person nor their department has handled the case
          main        another case is named, which this one joins
          rated       somebody was called back, or it is said why not
          level       there is a level to go to
          sent        somebody of a department was sent there, and is the one who was
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from mudan.core.cases.model.types import LEVELS, CaseType, Transition
from mudan.primitives.errors import Conflict, Invalid, NotAllowed

SOURCES: Final = ("collector", "public", "media", "video", "alarm", "superior", "department")
UNSEEN: Final = frozenset({"public", "media", "video"})  # nobody from the county has been there yet
GUARDS: Final = ("verified", "own", "not_handler", "main", "rated", "level", "sent")
EFFECTS: Final = (
    "verifies", "opens", "owns", "disowns", "joins", "handles", "returns", "reworks", "closes", "forced", "rates",
    "reopens", "merges", "separates", "up", "down", "back", "extends", "supervises", "upholds", "sends",
)  # fmt: skip
DESK: Final = frozenset({"dispatcher", "duty_officer"})
AGAIN: Final = "supervision"  # may be asked again while the last is unanswered


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts. `departments` None belongs to none and sees all; the centre's own clocks have no person."""

    person: UUID | None
    role: str
    departments: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """By whose word something is written: a person signed in, or (None) a citizen, another system, a clock."""

    name: str
    person: UUID | None = None
    space: int = 0


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done, with what it needs: why, who is to own it, which case it joins, whom it is sent to."""

    event: str
    reason: str = ""
    note: str = ""
    owner: str | None = None
    partners: frozenset[str] = frozenset()
    main: UUID | None = None
    answer: str | None = None
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """How a case stands, as far as its chart is concerned."""

    state: str
    source: str
    verified: bool = False
    owner: str | None = None
    partners: frozenset[str] = frozenset()
    handlers: frozenset[UUID] = frozenset()
    past_owners: frozenset[str] = frozenset()  # departments that have handled it
    levels: tuple[str, ...] = ("county",)  # where it has been; the last is where it is
    asked: Mapping[str, UUID | None] = field(default_factory=dict)
    main: UUID | None = None
    sent_to: UUID | None = None  # who verifies or checks it
    answer: str | None = None
    returned: int = 0
    reworked: int = 0
    reopened: int = 0
    supervised: int = 0
    extended: int = 0
    forced: bool = False
    upheld: bool = False

    @property
    def level(self) -> str:
        """At which level it lies now."""
        return self.levels[-1]


def decide(case_type: CaseType, now: Situation, deed: Deed, hand: Hand) -> Transition:
    """The way that the deed takes. Raises Conflict (no such way), NotAllowed (not this hand), Invalid (lacks words)."""
    ways = [one for one in case_type.leaving(now.state) if one.name == deed.event]
    if not ways:
        raise Conflict(f"a case that is {now.state} cannot take {deed.event}")
    way = ways[0]
    if hand.role not in way.roles:
        raise NotAllowed("your role does not allow this")
    if way.reason and not deed.reason.strip():
        raise Invalid("a reason is needed", field="reason")
    _check_question(now, way, hand)
    for guard in way.guards:
        _CHECKS[guard](now, deed, hand, way)
    if "owns" in way.effects and not deed.owner:
        raise Invalid("say which department it is for", field="owner")
    if "joins" in way.effects and not deed.partners - {now.owner}:
        raise Invalid("say which departments join", field="partners")
    if "rates" in way.effects and deed.answer not in {one.code for one in case_type.answers}:
        raise Invalid("there is no such answer", field="answer")
    if "sends" in way.effects and deed.person is not None and deed.person in now.handlers:
        raise Invalid("who has handled it does not check it", field="person")
    return way


def possible(case_type: CaseType, now: Situation, hand: Hand) -> tuple[str, ...]:
    """What this hand could do next, given the words that it needs."""
    probe = Deed(
        "", "?", "?", "?", frozenset({"?"}), UUID(int=0), next((a.code for a in case_type.answers), None)
    )
    found = []
    for way in case_type.leaving(now.state):
        try:
            decide(case_type, now, replace(probe, event=way.name), hand)
        except (Conflict, NotAllowed, Invalid):
            continue
        found.append(way.name)
    return tuple(dict.fromkeys(found))


def after(case_type: CaseType, now: Situation, way: Transition, deed: Deed, hand: Hand) -> Situation:
    """How the case stands when that way has been taken."""
    state = way.to or now.state
    new = replace(now, state=state, sent_to=now.sent_to if state == now.state else None)
    for effect in way.effects:
        new = _applied(effect, new, deed, hand)
    asked = {kind: by for kind, by in new.asked.items() if kind != way.settles}
    if way.asks:
        asked[way.asks] = hand.person
    # a question that nobody can settle any more has lapsed
    settled = {one.settles for one in case_type.leaving(state)}
    return replace(new, asked={kind: by for kind, by in asked.items() if kind in settled})


def _applied(effect: str, now: Situation, deed: Deed, hand: Hand) -> Situation:
    if effect in _COUNTED:
        counted: dict[str, Any] = {_COUNTED[effect]: getattr(now, _COUNTED[effect]) + 1}
        return replace(now, **counted)
    if effect == "owns":
        return replace(now, owner=deed.owner, partners=now.partners - {deed.owner or ""})
    if effect == "disowns":
        return replace(now, owner=None, partners=frozenset())
    if effect == "joins":
        return replace(now, partners=now.partners | (deed.partners - {now.owner or ""}))
    if effect == "handles":
        persons = now.handlers | ({hand.person} if hand.person is not None else frozenset())
        return replace(
            now, handlers=persons, past_owners=now.past_owners | ({now.owner} if now.owner else set())
        )
    if effect in ("up", "down"):
        place = LEVELS.index(now.level) + (1 if effect == "up" else -1)
        return replace(now, levels=(*now.levels, LEVELS[place]))
    if effect == "back":
        return replace(now, levels=now.levels[:-1])
    return replace(now, **_said(effect, deed))


_COUNTED: Final = {
    "returns": "returned", "reworks": "reworked", "reopens": "reopened", "supervises": "supervised",
    "extends": "extended",
}  # fmt: skip


def _said(effect: str, deed: Deed) -> dict[str, Any]:
    """What an effect writes that depends on nothing that was there before."""
    written: dict[str, dict[str, Any]] = {
        "verifies": {"verified": True}, "forced": {"forced": True}, "upholds": {"upheld": True},
        "rates": {"answer": deed.answer}, "sends": {"sent_to": deed.person},
        "merges": {"main": deed.main}, "separates": {"main": None},
        "closes": {"answer": None},
    }  # fmt: skip
    return written.get(effect, {})


def _check_question(now: Situation, way: Transition, hand: Hand) -> None:
    if way.asks and way.asks in now.asked and way.asks != AGAIN:
        raise Conflict("this waits for a decision already")
    if way.settles:
        if way.settles not in now.asked:
            raise Conflict("nobody has asked for this")
        if hand.person is not None and now.asked[way.settles] == hand.person:
            raise NotAllowed("who asks does not decide")


def _verified(now: Situation, _deed: Deed, _hand: Hand, _way: Transition) -> None:
    if now.source in UNSEEN and not now.verified:
        raise Conflict("what was reported from outside is seen in the field before it is opened")


def _own(now: Situation, deed: Deed, hand: Hand, _way: Transition) -> None:
    if hand.departments is not None:
        if not hand.departments & ({now.owner or ""} | now.partners):
            raise NotAllowed("this case is for another department")
    elif hand.role in DESK and not (deed.note.strip() or deed.reason.strip()):
        raise Invalid("say who reported this to the desk, and how", field="note")


def has_handled(now: Situation, hand: Hand) -> bool:
    """Whether they, or a department of theirs, have or had a hand in it."""
    departments = now.past_owners | now.partners | ({now.owner} if now.owner else set())
    return hand.person in now.handlers or bool((hand.departments or frozenset()) & departments)


def _not_handler(now: Situation, _deed: Deed, hand: Hand, _way: Transition) -> None:
    if has_handled(now, hand):
        raise NotAllowed("who has handled it does not check it")


def _sent(now: Situation, _deed: Deed, hand: Hand, _way: Transition) -> None:
    if hand.departments is not None and (hand.person is None or hand.person != now.sent_to):
        raise NotAllowed("somebody else was sent there")


def _main(_now: Situation, deed: Deed, _hand: Hand, _way: Transition) -> None:
    if deed.main is None:
        raise Invalid("say which case it joins", field="main")


def _rated(now: Situation, deed: Deed, _hand: Hand, _way: Transition) -> None:
    if now.answer is None and not deed.reason.strip():
        raise Invalid("call back first, or say why nobody was called", field="reason")


def _level(now: Situation, _deed: Deed, _hand: Hand, way: Transition) -> None:
    place = LEVELS.index(now.level)
    missing = {
        "up": place == len(LEVELS) - 1,
        "down": place == 0,
        "back": len(now.levels) < 2,
    }
    if any(missing.get(effect, False) for effect in way.effects):
        raise Conflict("there is no such level to go to")


_CHECKS: Final = {
    "verified": _verified, "own": _own, "not_handler": _not_handler, "main": _main, "rated": _rated, "level": _level,
    "sent": _sent,
}  # fmt: skip
