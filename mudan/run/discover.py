"""Which platforms are there, and does each declaration keep its promises?"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import mudan.platforms
from mudan.connect.feeds import Feed, feed_faults
from mudan.connect.platform import EntityType, Platform
from mudan.core.cases.model.causes import Cause, cause_faults
from mudan.core.cases.model.common_causes import CAUSES
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.faults import faults
from mudan.core.cases.model.types import CaseType
from mudan.core.census.model import Census
from mudan.core.commands.model import CommandKind
from mudan.core.kpis.model import Kpi, Term
from mudan.core.observations.model import Quantity
from mudan.core.records.model.deliveries import Target
from mudan.core.rules.model import (
    All,
    AnyOf,
    Condition,
    KOf,
    Level,
    Limit,
    Property,
    Rule,
    Staleness,
)
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.text import Text
from mudan.primitives.units import UNITS

BUILT_IN: Final = frozenset(
    {"link"}
)  # the centre records it for every platform (connect.platform.LinkChange)


def names() -> tuple[str, ...]:
    """The folders of mudan/platforms, in alphabetical order."""
    found = iter_modules(mudan.platforms.__path__)
    return tuple(sorted(module.name for module in found if module.ispkg))


def declared(name: str) -> Platform:
    """The declaration of one platform, unchecked. Raises NotFound when there is no such folder."""
    if name not in names():
        raise NotFound(f"no platform '{name}'; there are: {', '.join(names()) or 'none'}")
    declaration: Platform = import_module(f"mudan.platforms.{name}.platform").PLATFORM
    return declaration


def platforms(wanted: Iterable[str] | None = None) -> tuple[Platform, ...]:
    """The platforms of these names (None: all), checked.

    Raises NotFound for a name without a folder and Invalid for a declaration with problems.
    """
    chosen = names() if wanted is None else tuple(dict.fromkeys(wanted))
    found = tuple(declared(name) for name in chosen)
    problems = [problem for platform in found for problem in validate(platform)] + _between(found)
    if problems:
        raise Invalid("; ".join(problems), field="platforms")
    return found


def validate(platform: object) -> list[str]:
    """What is wrong with a declaration, in plain words; empty when nothing is."""
    if not isinstance(platform, Platform):
        return [f"PLATFORM must be a Platform, not {type(platform).__name__}"]
    wrong_types = list(_types(platform))
    if wrong_types:  # the other checks read fields that may not be there
        return [f"{platform.name}: {problem}" for problem in wrong_types]
    found = (
        *_names(platform),
        *_words(platform),
        *_units(platform),
        *_rules(platform),
        *_kpis(platform),
        *_cases(platform),
        *_feeds(platform),
        *_censuses(platform),
    )
    return [f"{platform.name}: {problem}" for problem in found]


def _between(found: Collection[Platform]) -> list[str]:
    """Where platforms contradict each other: a quantity of one name has one unit in the whole county."""
    problems = []
    units: dict[str, tuple[str, str]] = {}
    for platform in found:
        for quantity in platform.quantities:
            unit, first = units.setdefault(quantity.name, (quantity.unit, platform.name))
            if unit != quantity.unit:
                problems.append(
                    f"{platform.name}: quantity '{quantity.name}' is in '{quantity.unit}' here and in "
                    f"'{unit}' in {first}"
                )
    return [*problems, *_case_types(found), *_causes(found), *_needs(found)]


def _case_types(found: Iterable[Platform]) -> Iterator[str]:
    """A case type has its name, and its numbers their first letters, in the whole county."""
    names, prefixes = {HOTLINE.name: "the centre"}, {HOTLINE.prefix: "the centre"}
    for platform in found:
        for one in platform.cases:
            for what, word, known in (("case type", one.name, names), ("prefix", one.prefix, prefixes)):
                first = known.setdefault(word, platform.name)
                if first != platform.name:
                    yield f"{platform.name}: {what} '{word}' is one of {first}"


def _causes(found: Collection[Platform]) -> Iterator[str]:
    """A cause has its name in the whole county and shows as classes that there are, of whichever platform."""
    types = (HOTLINE, *(kind for platform in found for kind in platform.cases))
    known = {one.name: frozenset(each.code for each in one.classes) for one in types}
    yield from cause_faults((*CAUSES, *(cause for platform in found for cause in platform.causes)), known)


def _needs(found: Collection[Platform]) -> Iterator[str]:
    """A target that is told of our own cases says of which and when; what no connected platform brings is no fault."""
    types = {one.name: one for one in (HOTLINE, *(kind for platform in found for kind in platform.cases))}
    for platform, target in ((one, target) for one in found for target in one.targets):
        where = f"{platform.name}: target '{target.name}'"
        if target.needs and not target.events:
            yield f"{where} is told of no event"
        for need in target.needs:
            known = types.get(need.type)
            codes = [each.code for each in known.classes] if known is not None else list(need.classes)
            for code in need.classes:
                if not any(each.startswith(code) for each in codes):
                    yield f"{where} needs the unknown class {code} of '{need.type}'"
        for name in sorted(set(target.codes) - set(target.fields)):
            yield f"{where} has codes for the undeclared field '{name}'"
        kinds = [types[need.type] for need in target.needs if need.type in types]
        asked = {each.name for kind in kinds for each in kind.fields}
        for name, place in target.fields.items():
            if kinds and place.startswith("form.") and place.removeprefix("form.") not in asked:
                yield f"{where} takes '{name}' from the undeclared {place}"


def _types(platform: Platform) -> Iterator[str]:
    plain: tuple[tuple[str, object, type], ...] = (
        ("name", platform.name, str),
        ("title", platform.title, Text),
        ("summary", platform.summary, Text),
        ("protocol", platform.protocol, str),
        ("binary", platform.binary, bool),
    )
    for field, value, kind in plain:
        if not isinstance(value, kind):
            yield f"{field} must be a {kind.__name__}"
    members: tuple[tuple[str, object, type], ...] = (
        ("entity_types", platform.entity_types, EntityType),
        ("quantities", platform.quantities, Quantity),
        ("rules", platform.rules, Rule),
        ("kpis", platform.kpis, Kpi),
        ("commands", platform.commands, CommandKind),
        ("cases", platform.cases, CaseType),
        ("feeds", platform.feeds, Feed),
        ("targets", platform.targets, Target),
        ("causes", platform.causes, Cause),
        ("censuses", platform.censuses, Census),
    )
    for field, value, kind in members:
        if not isinstance(value, tuple) or not all(isinstance(item, kind) for item in value):
            yield f"{field} must be a tuple of {kind.__name__}"
    for field in ("decode", "connector"):
        if not callable(getattr(platform, field)):
            yield f"{field} must be callable"


def _names(platform: Platform) -> Iterator[str]:
    if not (platform.name.isascii() and platform.name.isidentifier() and platform.name.islower()):
        yield "the name must be lower-case ASCII letters, digits and underscores"
    if not platform.protocol.strip():
        yield "the protocol is not named"
    if not platform.quantities:
        yield "no quantity is declared"
    sorts = (
        ("entity type", platform.entity_types),
        ("quantity", platform.quantities),
        ("rule", platform.rules),
        ("indicator", platform.kpis),
        ("command", platform.commands),
        ("case type", platform.cases),
        ("feed", platform.feeds),
        ("target", platform.targets),
        ("cause", platform.causes),
        ("census", platform.censuses),
    )
    for sort, items in sorts:
        counted = Counter(item.name for item in items)
        for name, times in counted.items():
            if times > 1:
                yield f"{sort} '{name}' is declared {times} times"
            if not name.strip():
                yield f"a {sort} has no name"
    for quantity in platform.quantities:
        if quantity.name in BUILT_IN and quantity.unit != "1":
            yield f"quantity '{quantity.name}' is recorded by the centre without unit, not in '{quantity.unit}'"


def _words(platform: Platform) -> Iterator[str]:
    for where, text in _texts(platform):
        for language, words in (("zh", text.zh), ("en", text.en)):
            if not words.strip():
                yield f"{where} has no {language} text"


def _texts(platform: Platform) -> Iterator[tuple[str, Text]]:
    yield "the title", platform.title
    yield "the summary", platform.summary
    for kind in platform.entity_types:
        yield f"entity type '{kind.name}'", kind.title
        for name, meaning in kind.properties.items():
            yield f"property '{name}' of '{kind.name}'", meaning
    for quantity in platform.quantities:
        yield f"quantity '{quantity.name}'", quantity.title
    for rule in platform.rules:
        for part in ("title", "sentence", "cause", "consequence", "response"):
            yield f"rule '{rule.name}', {part},", getattr(rule, part)
    for kpi in platform.kpis:
        yield f"indicator '{kpi.name}', title,", kpi.title
        yield f"indicator '{kpi.name}', meaning,", kpi.meaning
    for command in platform.commands:
        yield f"command '{command.name}'", command.title
        if command.receipt is not None:
            yield f"command '{command.name}', receipt,", command.receipt
        for field, meaning in command.fields.items():
            yield f"field '{field}' of command '{command.name}'", meaning
    for feed in platform.feeds:
        yield f"feed '{feed.name}'", feed.title
        for one in feed.fields:
            yield f"field '{one.target}' of feed '{feed.name}'", one.title
    for setting, meaning in platform.settings.items():
        yield f"setting '{setting}'", meaning


def _units(platform: Platform) -> Iterator[str]:
    for quantity in platform.quantities:
        if quantity.unit not in UNITS:
            yield f"quantity '{quantity.name}' has the unknown unit '{quantity.unit}'"
        if quantity.low is not None and quantity.high is not None and quantity.low >= quantity.high:
            yield f"quantity '{quantity.name}' has an empty plausible range"
    for kpi in platform.kpis:
        if kpi.unit not in UNITS:
            yield f"indicator '{kpi.name}' has the unknown unit '{kpi.unit}'"


def _rules(platform: Platform) -> Iterator[str]:
    quantities = {quantity.name for quantity in platform.quantities} | BUILT_IN
    kinds = {kind.name: kind for kind in platform.entity_types}
    for rule in platform.rules:
        if not rule.name.startswith(f"{platform.name}."):
            yield f"rule '{rule.name}' does not start with '{platform.name}.'"
        if rule.level not in tuple(Level):
            yield f"rule '{rule.name}' has no Level"
        if not rule.source.strip():
            yield f"rule '{rule.name}' names no source"
        if rule.time_available_min is None or rule.time_available_min < 1:
            yield f"rule '{rule.name}' does not say how many minutes there are to act"
        if not rule.entity_types:
            yield f"rule '{rule.name}' is judged for no entity type"
        for kind in rule.entity_types:
            if kind not in kinds:
                yield f"rule '{rule.name}' is judged for the undeclared entity type '{kind}'"
        carried = {name for kind in rule.entity_types if kind in kinds for name in kinds[kind].properties}
        sampled = {sample[1] for example in rule.examples for sample in example.samples}
        named = {name for example in rule.examples for name, _ in example.properties}
        for quantity in sorted(({read for read, _ in _leaves(rule.condition)} | sampled) - quantities):
            yield f"rule '{rule.name}' reads the undeclared quantity '{quantity}'"
        limits = {limit.name for _, limit in _leaves(rule.condition) if isinstance(limit, Property)}
        for name in sorted((limits | named) - carried):
            yield f"rule '{rule.name}' uses the property '{name}' that its entity types do not declare"


def _leaves(condition: Condition) -> Iterator[tuple[str, Limit]]:
    """The quantities a condition reads, each with its limit."""
    if isinstance(condition, All | AnyOf | KOf):
        for part in condition.of:
            yield from _leaves(part)
    elif isinstance(condition, Staleness):
        yield condition.quantity, condition.after_s
    else:
        yield condition.quantity, condition.limit


def _kpis(platform: Platform) -> Iterator[str]:
    for kpi in platform.kpis:
        for term in (kpi.numerator, kpi.denominator):
            if term is not None:
                yield from (f"indicator '{kpi.name}' {problem}" for problem in _term(platform, term))
        if kpi.window_s < 0:
            yield f"indicator '{kpi.name}' has a negative window"


def _term(platform: Platform, term: Term) -> Iterator[str]:
    quantities = {quantity.name for quantity in platform.quantities} | BUILT_IN
    kinds = {kind.name for kind in platform.entity_types}
    properties = {name for kind in platform.entity_types for name in kind.properties}
    if term.quantity and term.quantity not in quantities:
        yield f"reads the undeclared quantity '{term.quantity}'"
    if term.entity_type and term.entity_type not in kinds:
        yield f"counts the undeclared entity type '{term.entity_type}'"
    if term.limit and term.limit not in properties:
        yield f"uses the undeclared property '{term.limit}'"


def _cases(platform: Platform) -> Iterator[str]:
    for one in platform.cases:
        yield from (f"case type '{one.name}', {fault.where}: {fault.what}" for fault in faults(one))


def _feeds(platform: Platform) -> Iterator[str]:
    types = {one.name: frozenset(each.code for each in one.classes) for one in (*platform.cases, HOTLINE)}
    names = {feed.name for feed in platform.feeds}
    for feed in platform.feeds:
        yield from (f"feed '{feed.name}': {fault}" for fault in feed_faults(feed, types))
    for target in platform.targets:
        for name in sorted(set(target.feeds) - names):
            yield f"target '{target.name}' is told of the undeclared feed '{name}'"


def _censuses(platform: Platform) -> Iterator[str]:
    carried = {kind.name: set(kind.properties) for kind in platform.entity_types}
    for census in platform.censuses:
        if census.entity_type not in carried:
            yield f"census '{census.name}' takes in the undeclared entity type '{census.entity_type}'"
            continue
        for name in sorted(set(census.properties) - carried[census.entity_type]):
            yield f"census '{census.name}' writes the property '{name}' that its entity type does not declare"
