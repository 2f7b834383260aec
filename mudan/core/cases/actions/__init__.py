"""How is a case reported, moved, timed and sent to the right department? The only writers."""

from mudan.core.cases.actions.burden import Filled, weigh
from mudan.core.cases.actions.causing import Telling, tell_apart, tie, untie, withdraw_apart
from mudan.core.cases.actions.correcting import (
    Exclusion,
    Points,
    exclude,
    give_points,
    keep_evaluation,
    withdraw,
)
from mudan.core.cases.actions.drafts import keep_draft, looked_at, show
from mudan.core.cases.actions.example import load_example
from mudan.core.cases.actions.linking import (
    free_of_incident,
    report_alarm,
    tell_of_incident,
    tell_of_referral,
    tie_to_incident,
)
from mudan.core.cases.actions.mailing import (
    claim_mails,
    confirm_mail,
    linked,
    mail_key,
    mail_left,
    mail_stayed,
)
from mudan.core.cases.actions.moving import Step, hand_of, move, move_as
from mudan.core.cases.actions.posting import Kept, Posting, post
from mudan.core.cases.actions.proving import settle_flags
from mudan.core.cases.actions.publishing import publish_area_facts, publish_calendar, publish_matrix
from mudan.core.cases.actions.reporting import add_reporter, author_of, report, report_as
from mudan.core.cases.actions.showing import add_picture
from mudan.core.cases.actions.slips import (
    CITIZEN,
    Entry,
    Given,
    end_messages,
    join,
    opened,
    rate,
    reopen,
    say,
    take_in,
)
from mudan.core.cases.actions.tallying import tally
from mudan.core.cases.actions.ticking import tick

__all__ = [
    "CITIZEN",
    "Entry",
    "Exclusion",
    "Filled",
    "Given",
    "Kept",
    "Points",
    "Posting",
    "Step",
    "Telling",
    "add_picture",
    "add_reporter",
    "author_of",
    "claim_mails",
    "confirm_mail",
    "end_messages",
    "exclude",
    "free_of_incident",
    "give_points",
    "hand_of",
    "join",
    "keep_draft",
    "keep_evaluation",
    "linked",
    "load_example",
    "looked_at",
    "mail_key",
    "mail_left",
    "mail_stayed",
    "move",
    "move_as",
    "opened",
    "post",
    "publish_area_facts",
    "publish_calendar",
    "publish_matrix",
    "rate",
    "reopen",
    "report",
    "report_alarm",
    "report_as",
    "say",
    "settle_flags",
    "show",
    "take_in",
    "tally",
    "tell_apart",
    "tell_of_incident",
    "tell_of_referral",
    "tick",
    "tie",
    "tie_to_incident",
    "untie",
    "weigh",
    "withdraw",
    "withdraw_apart",
]
