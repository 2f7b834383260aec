"""How do cities and programs tell each other of requests? Open311 GeoReport v2: its words, its XML and its JSON."""

from mudan.core.cases.model.georeport.form import LONGEST_DESCRIPTION, against, pairs_of, posted
from mudan.core.cases.model.georeport.masking import masked
from mudan.core.cases.model.georeport.offers import Offer, definition_of, form_of, offers, service_of
from mudan.core.cases.model.georeport.reading import Document, read
from mudan.core.cases.model.georeport.times import moment
from mudan.core.cases.model.georeport.words import (
    Answered,
    Attribute,
    Bad,
    Choice,
    Definition,
    Discovery,
    Endpoint,
    Note,
    Posted,
    Refusal,
    Request,
    Service,
    Ticket,
    Update,
)
from mudan.core.cases.model.georeport.writing import FORMATS, written

__all__ = [
    "FORMATS",
    "LONGEST_DESCRIPTION",
    "Answered",
    "Attribute",
    "Bad",
    "Choice",
    "Definition",
    "Discovery",
    "Document",
    "Endpoint",
    "Note",
    "Offer",
    "Posted",
    "Refusal",
    "Request",
    "Service",
    "Ticket",
    "Update",
    "against",
    "definition_of",
    "form_of",
    "masked",
    "moment",
    "offers",
    "pairs_of",
    "posted",
    "read",
    "service_of",
    "written",
]
