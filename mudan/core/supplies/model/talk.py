"""What was asked about an order and is not answered yet? Questions of either side and a price, beside the chart.

A question and its answer, a wish for a price and the price leave the state of an order as it is. Each side has at
most one question open; asked again it replaces the one before, and an answer belongs to the one that is open.
"""

from typing import Any, Final, Protocol

from mudan.primitives.errors import Conflict, Invalid

# verb → what it opens, what it settles
QUESTIONS: Final = {"ask_information": "asker_question", "query": "lender_question"}
ANSWERS: Final = {"give_information": "asker_question", "clarify": "lender_question"}
PRICING: Final = ("ask_quote", "quote", "refuse_quote")
TALK: Final = (*QUESTIONS, *ANSWERS)
PRICED: Final = frozenset(
    {"requested", "accepted", "provisional", "offered"}
)  # what is taken is priced no more
CURRENCY: Final = "CNY"
COLUMNS: Final = ("asker_question", "lender_question", "price_wanted", "price")


class Talked(Protocol):
    """What is open about an order."""

    @property
    def asker_question(self) -> str: ...
    @property
    def lender_question(self) -> str: ...
    @property
    def price_wanted(self) -> bool: ...


def may_follow(order: Talked, verb: str) -> bool:
    """Whether something is open that this verb answers, or it answers nothing."""
    if verb in ANSWERS:
        return bool(getattr(order, ANSWERS[verb]))
    return order.price_wanted if verb in ("quote", "refuse_quote") else True


def after(order: Talked, verb: str, text: str, price: float | None) -> dict[str, Any]:
    """What a verb opens and settles, as columns of the order; raises Conflict for an answer to nothing.

    `price`: for everything that was asked for together, in CNY.
    """
    if not may_follow(order, verb):
        raise Conflict("nothing was asked that this would answer")
    if verb in QUESTIONS:
        return {QUESTIONS[verb]: text}
    if verb in ANSWERS:
        return {ANSWERS[verb]: ""}
    if verb == "quote":
        if price is None or price < 0:
            raise Invalid("say the price", field="price")
        return {"price_wanted": False, "price": price}
    return {"price_wanted": verb == "ask_quote"} if verb in PRICING else {}
