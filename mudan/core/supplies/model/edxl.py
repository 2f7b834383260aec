"""How does an order look to another county? EDXL-RM 1.0 (OASIS, 2009), the messages of our verbs, read and written.

<rmsg:Kind>                                   urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg
  MessageID SentDateTime MessageContentType=Kind MessageDescription? OriginatingMessageID PrecedingMessageID?
  IncidentInformation* {rm:IncidentID? rm:IncidentDescription?}     (children of shared types: …:RM:1.0)
  MessageRecall? {rm:RecallMessageID rm:RecallType}
  Funding* {rm:FundCode? rm:FundingInfo?}     ContactInformation+ {rm:ContactDescription? rm:ContactRole? …}
  ResourceInformation+
    ResourceInfoElementID
    ResponseInformation? {rm:PrecedingResourceInfoElementID rm:ResponseType rm:ReasonCode? rm:ResponseReason?}
    Resource? {ResourceID? Name? TypeStructure? … ResourceStatus? {… DeploymentStatus? Availability?}}
    AssignmentInformation? {Quantity? {rm:QuantityText+ | rm:MeasuredQuantity {rm:Amount rm:UnitOfMeasure?}} …
                            PriceQuote? {as Quantity} …}
    ScheduleInformation* {ScheduleType DateTime? Location?}
"""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, Final

from lxml import etree

from mudan.primitives.errors import DecodeError

MSG: Final = "urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg"
RM: Final = "urn:oasis:names:tc:emergency:EDXL:RM:1.0"
UNITS: Final = "urn:mudan:units"
STATUS: Final = "urn:mudan:deployment-status"
CURRENCIES: Final = "urn:iso:std:iso:4217"
EXERCISE: Final = "【演练 EXERCISE】"
LARGEST: Final = 256 * 1024

# Which messages may carry what (the XSDs of EDXL-RM 1.0): answers one? names its predecessor? needs funding?
_LONGER: Final = ("RequestExtendedDeploymentDuration", "ResponseToRequestExtendedDeploymentDuration")
_ANSWERS: Final = frozenset(
    {
        "ResponseToRequestResource",
        "CommitResource",
        "ResponseToRequestReturn",
        _LONGER[1],
        "ResponseToRequestQuote",
    }
)
_QUESTION: Final = "RequestInformation"
_INFORMATION: Final = "ResponseToRequestInformation"
_TALK: Final = frozenset({_QUESTION, _INFORMATION})  # these need not be about a resource
_MAY_ANSWER: Final = _ANSWERS | {"ReleaseResource", "ReportResourceDeploymentStatus", _INFORMATION}
_FOLLOWS: Final = _ANSWERS | {_INFORMATION}
_OPENS: Final = frozenset({"RequestResource", "OfferUnsolicitedResource"})
_ARRIVAL: Final = {
    "RequestResource": "RequestedArrival",
    "OfferUnsolicitedResource": "EstimatedArrival",
    "RequisitionResource": "EstimatedArrival",
    "ResponseToRequestResource": "EstimatedArrival",
    "CommitResource": "EstimatedArrival",
    "ReportResourceDeploymentStatus": "EstimatedArrival",
}
_ARRIVALS: Final = ("RequestedArrival", "EstimatedArrival", "ActualArrival")
_RETURN: Final = "RequestedReturnDeparture"
KINDS: Final = frozenset(
    {
        "RequestResource", "ResponseToRequestResource", "RequisitionResource", "CommitResource",
        "ReportResourceDeploymentStatus", "RequestReturn", "ResponseToRequestReturn", "ReleaseResource",
        "OfferUnsolicitedResource", "RequestResourceDeploymentStatus", "RequestQuote", "ResponseToRequestQuote",
        *_LONGER, *_TALK,
    }
)  # fmt: skip
_HEAD: Final = (
    "MessageID", "SentDateTime", "MessageContentType", "MessageDescription", "OriginatingMessageID",
    "PrecedingMessageID", "IncidentInformation", "MessageRecall", "Funding", "ContactInformation",
    "ResourceInformation",
)  # fmt: skip
_MANY: Final = frozenset({"IncidentInformation", "Funding", "ContactInformation", "ResourceInformation"})
_RESOURCE: Final = (
    "ResourceInfoElementID", "ResponseInformation", "Resource", "AssignmentInformation", "ScheduleInformation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """One EDXL-RM message about one resource, as much of it as our orders carry."""

    kind: str
    id: str
    sent_at: datetime
    originating: str
    sender: str
    element: str
    name: str
    preceding: str = ""
    incident: str = ""
    description: str = ""
    response: str = ""
    reason: str = ""
    quantity: float | None = None
    unit: str = ""
    arrival_at: datetime | None = None
    return_by: datetime | None = None
    status: str = ""
    recalls: str = ""
    exercise: bool = False
    price: float | None = None
    currency: str = ""

    @property
    def said(self) -> str:
        """The words of a question or an answer: a question has no other place for them than the description."""
        return self.reason or (self.description if self.kind in _TALK else "")


def written(message: Message) -> bytes:
    """The message as XML."""
    root = etree.Element(f"{{{MSG}}}{message.kind}", nsmap={"rmsg": MSG, "rm": RM})
    _put(root, "MessageID", message.id)
    _put(root, "SentDateTime", _time(message.sent_at))
    _put(root, "MessageContentType", message.kind)
    words = (EXERCISE if message.exercise else "") + message.description
    if words:
        _put(root, "MessageDescription", words)
    _put(root, "OriginatingMessageID", message.originating)
    if message.kind not in _OPENS:
        _put(root, "PrecedingMessageID", message.preceding)
    if message.incident:
        _put(_put(root, "IncidentInformation"), "IncidentID", message.incident, RM)
    if message.recalls:
        recall = _put(root, "MessageRecall")
        _put(recall, "RecallMessageID", message.recalls, RM)
        _put(recall, "RecallType", "Cancel", RM)
    if message.kind == "RequisitionResource":
        _put(_put(root, "Funding"), "FundingInfo", "县级应急资金（示例）", RM)
    contact = _put(root, "ContactInformation")
    _put(contact, "ContactDescription", message.sender, RM)
    _put(contact, "ContactRole", "Sender", RM)
    _resource(_put(root, "ResourceInformation"), message)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _resource(info: etree._Element, message: Message) -> None:
    _put(info, "ResourceInfoElementID", message.element)
    if message.kind in _ANSWERS or (message.response and message.kind in _MAY_ANSWER):
        response = _put(info, "ResponseInformation")
        _put(response, "PrecedingResourceInfoElementID", message.element, RM)
        _put(response, "ResponseType", message.response, RM)
        if message.reason:
            _put(response, "ResponseReason", message.reason, RM)
    resource = _put(info, "Resource")
    _put(resource, "Name", message.name)
    if message.kind in ("ResponseToRequestReturn", "ReportResourceDeploymentStatus", "ReleaseResource"):
        status = _put(resource, "ResourceStatus")
        deployment = _put(status, "DeploymentStatus")
        _put(deployment, "ValueListURN", STATUS, RM)
        _put(deployment, "Value", message.status or "deployed", RM)
        _put(status, "Availability", message.status or "deployed")
    if message.quantity is not None or message.price is not None:
        assignment = _put(info, "AssignmentInformation")
        _measured(assignment, "Quantity", message.quantity, UNITS, message.unit)
        _measured(assignment, "PriceQuote", message.price, CURRENCIES, message.currency)
    if message.kind in _ARRIVAL:
        _schedule(info, _ARRIVAL[message.kind], message.arrival_at)
    if message.kind in _LONGER:
        _schedule(info, _RETURN, message.return_by)


def _measured(assignment: etree._Element, name: str, amount: float | None, listed: str, unit_: str) -> None:
    if amount is None:
        return
    measured = _put(_put(assignment, name), "MeasuredQuantity", ns=RM)
    _put(measured, "Amount", repr(amount), RM)
    unit = _put(measured, "UnitOfMeasure", ns=RM)
    _put(unit, "ValueListURN", listed, RM)
    _put(unit, "Value", unit_, RM)


def _schedule(info: etree._Element, kind: str, at: datetime | None) -> None:
    if at is not None:
        schedule = _put(info, "ScheduleInformation")
        _put(schedule, "ScheduleType", kind)
        _put(schedule, "DateTime", _time(at))


def _put(parent: etree._Element, name: str, text: str | None = None, ns: str = MSG) -> etree._Element:
    child = etree.SubElement(parent, f"{{{ns}}}{name}")
    child.text = text
    return child


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def read(data: bytes) -> Message:
    """The message of an XML text; raises DecodeError naming what breaks EDXL-RM 1.0.

    Document types and entities are refused; a message about several resources is refused in words, as our
    orders carry one each.
    """
    root = _parsed(data)
    kind = etree.QName(root).localname
    if etree.QName(root).namespace != MSG or kind not in KINDS:
        raise DecodeError(f"not a message of the order flow of EDXL-RM 1.0: {kind}")
    parts = _in_order(root, _HEAD, _MANY)
    if _said(parts, "MessageContentType") != kind:
        raise DecodeError("MessageContentType is not the name of the message")
    preceding = _text(parts, "PrecedingMessageID")
    if kind in _FOLLOWS and not preceding:
        raise DecodeError("PrecedingMessageID is missing")
    if kind == "RequisitionResource" and not parts.get("Funding"):
        raise DecodeError("Funding is missing")
    resources = parts.get("ResourceInformation", [])
    if not parts.get("ContactInformation") or not (resources or kind in _TALK):
        raise DecodeError("ContactInformation and ResourceInformation are required")
    if len(resources) > 1:
        raise DecodeError("a message about several resources: send one message for each")
    about = _about(kind, resources[0]) if resources else {"element": "", "name": ""}
    if kind == "RequisitionResource" and about["quantity"] is None:
        raise DecodeError("a requisition says how much")
    description = _text(parts, "MessageDescription")
    if kind == _QUESTION and not description:
        raise DecodeError("a question is put in MessageDescription")
    recall = parts.get("MessageRecall")
    return Message(
        kind=kind, id=_said(parts, "MessageID"), sent_at=_moment(_said(parts, "SentDateTime")),
        originating=_said(parts, "OriginatingMessageID"), preceding=preceding,
        sender=_first(parts["ContactInformation"][0], "ContactDescription", RM) or "未署名",
        incident=_first(parts["IncidentInformation"][0], "IncidentID", RM) if parts.get("IncidentInformation") else "",
        description=description.removeprefix(EXERCISE), exercise=description.startswith(EXERCISE),
        recalls=_first(recall[0], "RecallMessageID", RM) if recall else "", **about,
    )  # fmt: skip


def _parsed(data: bytes) -> etree._Element:
    if len(data) > LARGEST:
        raise DecodeError("larger than a message may be")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise DecodeError("document types and entities are refused")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DecodeError(f"not XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:  # whatever the encoding hid from the words above
        raise DecodeError("document types and entities are refused")
    return root


def _in_order(
    parent: etree._Element, names: tuple[str, ...], many: frozenset[str]
) -> dict[str, list[etree._Element]]:
    """The children by name; they must be of the message's namespace, in the order of the schema."""
    found: dict[str, list[etree._Element]] = {}
    place = 0
    for child in parent.iterchildren(tag=etree.Element):
        name = etree.QName(child)
        if name.namespace != MSG or name.localname not in names:
            raise DecodeError(f"{name.localname} has no place here")
        at = names.index(name.localname)
        if at < place:
            raise DecodeError(f"{name.localname} is out of order")
        place = at
        found.setdefault(name.localname, []).append(child)
        if len(found[name.localname]) > 1 and name.localname not in many:
            raise DecodeError(f"{name.localname} is given twice")
    return found


def _about(kind: str, info: etree._Element) -> dict[str, Any]:
    parts = _in_order(info, _RESOURCE, frozenset({"ScheduleInformation"}))
    response = parts.get("ResponseInformation")
    said = _first(response[0], "ResponseType", RM) if response else ""
    if (kind in _ANSWERS and not response) or said not in ("", "Accept", "Decline", "Provisional"):
        raise DecodeError("ResponseType is Accept, Decline or Provisional")
    if response and not said:
        raise DecodeError("ResponseType is missing")
    reason = _first(response[0], "ResponseReason", RM) if response else ""
    if said == "Provisional" and not reason:
        raise DecodeError("a provisional answer needs a reason")
    resource = parts.get("Resource")
    quantity, unit = _quantity(parts.get("AssignmentInformation"), "Quantity")
    price, currency = _quantity(parts.get("AssignmentInformation"), "PriceQuote")
    return {
        "element": _said(parts, "ResourceInfoElementID"), "response": said, "reason": reason,
        "name": (_first(resource[0], "Name", MSG) or _first(resource[0], "ResourceID", MSG)) if resource else "",
        "quantity": quantity, "unit": unit, "price": price, "currency": currency,
        "arrival_at": _when(parts.get("ScheduleInformation", []), _ARRIVALS),
        "return_by": _when(parts.get("ScheduleInformation", []), (_RETURN,)), "status": _status(resource),
    }  # fmt: skip


def _status(resource: list[etree._Element] | None) -> str:
    if not resource:
        return ""
    found = resource[0].find(f"{{{MSG}}}ResourceStatus/{{{MSG}}}DeploymentStatus/{{{RM}}}Value")
    return (found.text or "").strip() if found is not None else ""


def _quantity(assignment: list[etree._Element] | None, name: str) -> tuple[float | None, str]:
    if not assignment:
        return None, ""
    amount = assignment[0].find(f"{{{MSG}}}{name}/{{{RM}}}MeasuredQuantity/{{{RM}}}Amount")
    if amount is None:
        return None, ""
    try:
        value = float((amount.text or "").strip())
    except ValueError as error:
        raise DecodeError("Amount is not a number") from error
    if not isfinite(value) or value < 0:
        raise DecodeError("Amount is not an amount")
    unit = assignment[0].find(f"{{{MSG}}}{name}/{{{RM}}}MeasuredQuantity/{{{RM}}}UnitOfMeasure/{{{RM}}}Value")
    return value, (unit.text or "").strip() if unit is not None else ""


def _when(schedules: list[etree._Element], kinds: tuple[str, ...]) -> datetime | None:
    for schedule in schedules:
        if _first(schedule, "ScheduleType", MSG) in kinds:
            said = _first(schedule, "DateTime", MSG)
            return _moment(said) if said else None
    return None


def _moment(said: str) -> datetime:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise DecodeError(f"not a time: {said}") from error
    if moment.tzinfo is None:
        raise DecodeError("a time without its zone")
    return moment


def _said(parts: dict[str, list[etree._Element]], name: str) -> str:
    text = _text(parts, name)
    if not text:
        raise DecodeError(f"{name} is missing")
    return text


def _text(parts: dict[str, list[etree._Element]], name: str) -> str:
    found = parts.get(name)
    return (found[0].text or "").strip() if found else ""


def _first(parent: etree._Element, name: str, ns: str) -> str:
    found = parent.find(f"{{{ns}}}{name}")
    return (found.text or "").strip() if found is not None else ""
