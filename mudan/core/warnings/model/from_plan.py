"""How does a warning that a plan has prepared become a draft? Its words as they stand, with time and place of now."""

from datetime import datetime
from typing import Any, Final

from mudan.core.plans.model.types import WarningDraft
from mudan.core.warnings.model.cap import Category, Certainty, Response, Urgency
from mudan.core.warnings.model.china import Colour, event_code_of, known_code
from mudan.core.warnings.model.content import Content, held
from mudan.primitives.text import Text

# What an event is filed under when its own name has no code: the first code of its family, an example.
_FAMILY_CODES: Final = {
    Category.MET: "11B03", Category.GEO: "11D01", Category.HEALTH: "13A01", Category.SECURITY: "14A01",
}  # fmt: skip
_OTHER_CODE: Final = "12A01"


def content_of(draft: WarningDraft, issuer: Text, area: Text, now: datetime, **more: Any) -> Content:
    """The content of a plan's warning; `more` are fields of Content: shapes, codes, contact, note."""
    category = Category(draft.category)
    code = event_code_of(draft.event.zh)
    return held(
        Content(
            event_type=code if known_code(code) else _FAMILY_CODES.get(category, _OTHER_CODE),
            category=category, level=Colour[draft.colour.name].value, event=_text(draft.event),
            headline=_text(draft.headline), description=_text(draft.description),
            instruction=_text(draft.instruction), area=area, issuer=issuer,
            expires=(now + draft.expires).replace(microsecond=0), urgency=Urgency(draft.urgency),
            certainty=Certainty(draft.certainty), **{"responses": (Response.PREPARE,)} | more,
        )
    )  # fmt: skip


def _text(words: Any) -> Text:
    return Text(words.zh, words.en)
