"""What does one batch of a platform bring of another system's records, and of telling that system something?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mudan.core.records.model.contacts import Contact
from mudan.core.records.model.deliveries import Outcome
from mudan.core.records.model.words import BadRow, Record, Run
from mudan.core.referrals.model import ReferralOutcome


@dataclass(frozen=True, slots=True)
class Portion:
    """All of it is kept in one transaction, or none."""

    records: Sequence[Record] = ()
    bad_rows: Sequence[BadRow] = ()
    runs: Sequence[Run] = ()
    outcomes: Sequence[Outcome] = ()
    referrals: Sequence[ReferralOutcome] = ()
    contacts: Sequence[Contact] = ()

    def __bool__(self) -> bool:
        told = self.records or self.bad_rows or self.runs or self.outcomes
        return bool(told or self.referrals or self.contacts)


NOTHING: Final = Portion()
