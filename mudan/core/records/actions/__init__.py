"""How are records kept, cases opened and moved by them, and answers told? The only writers."""

from mudan.core.records.actions.keeping import Kept, begin, keep, mend, take
from mudan.core.records.actions.keys import issue_key, proven, revoke_key
from mudan.core.records.actions.telling import Told, receive, retry, settle, tell
from mudan.core.records.actions.ticking import tick

__all__ = [
    "Kept",
    "Told",
    "begin",
    "issue_key",
    "keep",
    "mend",
    "proven",
    "receive",
    "retry",
    "revoke_key",
    "settle",
    "take",
    "tell",
    "tick",
]
