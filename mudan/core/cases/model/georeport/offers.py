"""Which services does the county offer? The classes of the case types that are public, their forms as attributes.

service_code    type.class, such as hotline.0201
attribute       text, phone → string · number → number · date → datetime · choice → singlevaluelist
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mudan.core.cases.model.georeport.times import moment
from mudan.core.cases.model.georeport.words import Attribute, Choice, Definition, Posted, Service
from mudan.core.cases.model.types import CaseClass, CaseType, Field, PublicService
from mudan.primitives.clock import CST
from mudan.primitives.text import Text

_DATATYPES: Final = {
    "text": "string", "phone": "string", "number": "number", "date": "datetime", "choice": "singlevaluelist",
}  # fmt: skip
_HINTS: Final = {
    "date": Text("日期，YYYY-MM-DD", "a day, YYYY-MM-DD"),
    "phone": Text("电话号码", "a telephone number"),
    "number": Text("数字", "a number"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One class of one type that everybody may report."""

    type: CaseType
    public: PublicService
    class_: CaseClass

    @property
    def code(self) -> str:
        """Its service code."""
        return f"{self.type.name}.{self.class_.code}"

    @property
    def mode(self) -> str:
        """What an answer brings at once: realtime, batch or blackbox."""
        return self.public.mode_of(self.class_.code)

    def asked(self) -> tuple[Field, ...]:
        """The fields of the form that are asked."""
        fields = {one.name: one for one in self.type.fields}
        return tuple(fields[name] for name in self.public.asks)


def offers(types: Iterable[CaseType]) -> tuple[Offer, ...]:
    """Everything that is offered, in the order of the types and their classes."""
    return tuple(
        Offer(one, one.public, class_)
        for one in types
        if one.public is not None
        for class_ in one.classes
        if class_.code in (one.public.classes or _smallest(one))
    )


def _smallest(one: CaseType) -> frozenset[str]:
    above = {each.code[:2] for each in one.classes if len(each.code) > 2}
    return frozenset(each.code for each in one.classes) - above


def service_of(offer: Offer, language: str = "zh") -> Service:
    """An offer as a service."""
    above = offer.type.class_of(offer.class_.code[:2])
    group = offer.public.group or (above or offer.class_).title
    marked = Text("示例数据", "example data") if offer.type.example else Text("", "")
    said = [_say(offer.type.title, language), _say(marked, language)]
    return Service(
        offer.code, _say(offer.class_.title, language), " · ".join(part for part in said if part),
        bool(offer.public.asks), offer.mode, offer.public.keywords.get(offer.class_.code, ()), _say(group, language),
    )  # fmt: skip


def definition_of(offer: Offer, language: str = "zh") -> Definition:
    """What a service asks."""
    asked = enumerate(offer.asked(), 1)
    return Definition(offer.code, tuple(_attribute(one, order, language) for order, one in asked))


def _attribute(one: Field, order: int, language: str) -> Attribute:
    return Attribute(
        one.name, _DATATYPES[one.kind], required=one.required, order=order, description=_say(one.title, language),
        datatype_description=_say(_HINTS.get(one.kind, Text("", "")), language),
        values=tuple(Choice(code, _say(said, language)) for code, said in one.choices),
    )  # fmt: skip


def form_of(offer: Offer, report: Posted) -> Mapping[str, Any]:
    """The form's answers in a report that was checked against the offer's definition."""
    found: dict[str, Any] = {}
    for one in offer.asked():
        given = report.attributes.get(one.name)
        if not given:
            continue
        if one.kind == "number":
            found[one.name] = float(given[0])
        elif one.kind == "date":
            found[one.name] = moment(given[0], CST).astimezone(CST).date().isoformat()
        else:
            found[one.name] = given[0]
    return found


def _say(text: Text, language: str) -> str:
    return text.en if language == "en" else text.zh
