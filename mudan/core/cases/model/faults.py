"""What is wrong with a case type, in words that name it? An empty answer: it can be used."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from mudan.core.cases.model.chart import EFFECTS, GUARDS
from mudan.core.cases.model.metrics.counts import COUNTS
from mudan.core.cases.model.pictures import ROLES as ROLES_SHOWN
from mudan.core.cases.model.types import FIELD_KINDS, MODES, CaseType
from mudan.core.people.model import Role
from mudan.primitives.pictures import NEARLY

ROLES: Final = frozenset(role.value for role in Role) | {"reporter", "system"}
_LAST_STEP: Final = 7
_PREFIX: Final = re.compile(r"[A-Z]{1,4}")
_CODE: Final = re.compile(r"(0[1-9]|[1-9]\d){1,2}")
_ANSWERED_WITH_REASON: Final = ("returns", "forced", "up")


class Fault(NamedTuple):
    """One fault: which, where in the type, and in what words."""

    kind: str
    where: str
    what: str


def faults(case_type: CaseType) -> tuple[Fault, ...]:
    """Everything that is wrong with a type."""
    checks = (_names, _stages, _reach, _ways, _promises, _questions, _classes, _form, _clocks, _rest, _public)
    return tuple(fault for check in checks for fault in check(case_type))


def _twice(where: str, names: Iterable[str]) -> Iterator[Fault]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Fault("twice", f"{where} {name}", "the name stands there twice")


def _names(one: CaseType) -> Iterator[Fault]:
    if not _PREFIX.fullmatch(one.prefix):
        yield Fault("prefix", one.name, "numbers begin with one to four capital letters")
    yield from _twice("stage", (stage.name for stage in one.stages))
    yield from _twice("class", (each.code for each in one.classes))
    yield from _twice("field", (each.name for each in one.fields))
    yield from _twice("clock", (each.name for each in one.clocks))
    yield from _twice("answer", (each.code for each in one.answers))
    yield from _twice("metric", (each.name for each in one.metrics))
    yield from _twice(
        "way", (f"{way.name} from {origin}" for way in one.transitions for origin in way.origins)
    )


def _stages(one: CaseType) -> Iterator[Fault]:
    known = {stage.name for stage in one.stages}
    if one.first not in known:
        yield Fault("unknown_stage", "first", f"there is no stage {one.first}")
    for stage in one.stages:
        if not 1 <= stage.step <= _LAST_STEP:
            yield Fault("step", f"stage {stage.name}", "a stage is one of the seven")
    for way in one.transitions:
        for name in (*way.origins, *([way.to] if way.to else [])):
            if name not in known:
                yield Fault("unknown_stage", f"transition {way.name}", f"there is no stage {name}")


def _reach(one: CaseType) -> Iterator[Fault]:
    reached, found = {one.first}, {one.first}
    while found:
        found = {way.to for state in found for way in one.leaving(state) if way.to} - reached
        reached |= found
    for stage in one.stages:
        if stage.name not in reached:
            yield Fault("unreachable_stage", f"stage {stage.name}", "no way leads there")
        if not stage.ended and not any(way.to not in ("", stage.name) for way in one.leaving(stage.name)):
            yield Fault("dead_end", f"stage {stage.name}", "no way leads out, and the case has not ended")


def _ways(one: CaseType) -> Iterator[Fault]:
    for way in one.transitions:
        where = f"transition {way.name}"
        if not way.origins:
            yield Fault("no_origin", where, "it begins nowhere")
        if not way.roles:
            yield Fault("no_role", where, "nobody may take it")
        for kind, given, known in (
            ("unknown_role", way.roles, ROLES),
            ("unknown_guard", way.guards, GUARDS),
            ("unknown_effect", way.effects, EFFECTS),
        ):
            for word in set(given) - set(known):
                yield Fault(kind, where, f"nobody knows the word {word}")


def _promises(one: CaseType) -> Iterator[Fault]:
    """What holds for every type, whatever its data say."""
    ended = {stage.name for stage in one.stages if stage.ended}
    closing = {way.to for way in one.transitions if "closes" in way.effects}
    for way in one.transitions:
        where = f"transition {way.name}"
        if ("closes" in way.effects or "rates" in way.effects) and "not_handler" not in way.guards:
            yield Fault("handler_checks", where, "who handled the case could close or rate it")
        if "opens" in way.effects and "verified" not in way.guards:
            yield Fault("opens_unseen", where, "what the public reports could be opened unseen")
        if not way.reason and any(effect in way.effects for effect in _ANSWERED_WITH_REASON):
            yield Fault("no_reason", where, "it needs a reason")
        leaves_unclosed = way.to in ended and not set(way.origins) & closing and "merges" not in way.effects
        if leaves_unclosed and not way.reason:
            yield Fault("no_reason", where, "a case ends here without having been closed; it needs a reason")
        if set(way.effects) & {"up", "down", "back"} and "level" not in way.guards:
            yield Fault("no_guard", where, "a level is left without looking whether there is another")
    if closing and not any("handles" in way.effects for way in one.transitions):
        yield Fault("nobody_handles", "transitions", "cases close and nobody is known to have handled them")


def _questions(one: CaseType) -> Iterator[Fault]:
    settled = {way.settles for way in one.transitions if way.settles}
    asked = {way.asks for way in one.transitions if way.asks}
    for kind in asked - settled:
        yield Fault("unanswered", f"question {kind}", "it is asked and nothing settles it")
    for kind in settled - asked:
        yield Fault("unasked", f"question {kind}", "it is settled and never asked")


def _classes(one: CaseType) -> Iterator[Fault]:
    known = {each.code for each in one.classes}
    if not known:
        yield Fault("no_class", one.name, "a type has classes")
    for each in one.classes:
        if not _CODE.fullmatch(each.code):
            yield Fault("class_code", f"class {each.code}", "a code is two digits 01 to 99, or two and two")
        elif each.code[:2] not in known:
            yield Fault("class_code", f"class {each.code}", f"there is no class {each.code[:2]} above it")
        if each.near_m is not None and each.near_m <= 0:
            yield Fault("distance", f"class {each.code}", "a distance is more than nothing")


def _form(one: CaseType) -> Iterator[Fault]:
    for each in one.fields:
        if each.kind not in FIELD_KINDS:
            yield Fault("unknown_kind", f"field {each.name}", f"there is no kind {each.kind}")
        if (each.kind == "choice") != bool(each.choices):
            yield Fault("choices", f"field {each.name}", "a choice has choices, and nothing else has")


def _clocks(one: CaseType) -> Iterator[Fault]:
    stages = {stage.name: stage for stage in one.stages}
    codes = {each.code for each in one.classes}
    for clock in one.clocks:
        where = f"clock {clock.name}"
        for name in (*clock.stages, *clock.pauses_in):
            if name not in stages:
                yield Fault("unknown_stage", where, f"there is no stage {name}")
        if any(name in stages and stages[name].ended for name in clock.stages):
            yield Fault("clock_after_end", where, "it runs where nothing is awaited any more")
        for code in set(clock.limits) - codes:
            yield Fault("unknown_class", where, f"there is no class {code}")
    grants = any("extends" in way.effects for way in one.transitions)
    if one.clocks and grants and not any(clock.extends for clock in one.clocks):
        yield Fault("nothing_extends", "clocks", "more time is granted and no clock takes it")


def _rest(one: CaseType) -> Iterator[Fault]:
    ways = {way.name for way in one.transitions}
    for proof in one.proofs:
        if proof.transition not in ways:
            yield Fault(
                "unknown_transition", f"proof {proof.name}", f"there is no transition {proof.transition}"
            )
        if proof.least < 1:
            yield Fault("proof", f"proof {proof.name}", "proof is at least one picture")
        if proof.near_m is not None and proof.near_m <= 0:
            yield Fault("distance", f"proof {proof.name}", "a distance is more than nothing")
        if not 0 <= proof.alike_bits <= NEARLY:
            yield Fault("alike", f"proof {proof.name}", f"pictures are the same within 0 to {NEARLY} bits")
        for role in set(proof.roles) - set(ROLES_SHOWN):
            yield Fault("unknown_role", f"proof {proof.name}", f"no picture has the role {role}")
    if not 1 <= one.recheck_min <= 720:
        yield Fault("recheck", one.name, "a check at the same time of day is 1 to 720 minutes off at most")
    if any("rates" in way.effects for way in one.transitions) and len(one.answers) < 2:
        yield Fault("answers", "answers", "a call-back has at least two answers")
    for answer in one.answers:
        if not 0 <= answer.weight <= 100:
            yield Fault("answers", f"answer {answer.code}", "a weight is 0 to 100 per cent")
    for metric in one.metrics:
        for word in (metric.numerator, metric.denominator):
            if word not in COUNTS:
                yield Fault("unknown_count", f"metric {metric.name}", f"nothing counts {word}")
        if len({COUNTS[word].kind for word in (metric.numerator, metric.denominator) if word in COUNTS}) > 1:
            yield Fault("mixed_counts", f"metric {metric.name}", "its two counts do not ask about the same")
        if not metric.source:
            yield Fault("no_source", f"metric {metric.name}", "it does not say where the formula is from")


def _public(one: CaseType) -> Iterator[Fault]:
    offer = one.public
    if offer is None:
        return
    codes, fields = {each.code for each in one.classes}, {each.name: each for each in one.fields}
    for code in {*offer.classes, *offer.keywords, *offer.modes} - codes:
        yield Fault("unknown_class", "public", f"there is no class {code}")
    for name in set(offer.asks) - fields.keys():
        yield Fault("unknown_field", "public", f"there is no field {name}")
    for name, each in fields.items():
        if each.required and name not in offer.asks:
            yield Fault("unasked", "public", f"the form needs {name} and nobody outside is asked for it")
    for code, mode in offer.modes.items():
        if mode not in MODES:
            yield Fault("mode", "public", f"class {code} cannot be answered by {mode}")
