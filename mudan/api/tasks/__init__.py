"""Who was sent, and how far are they?"""

from mudan.api.joining import joined
from mudan.api.tasks import orders, reports, ways
from mudan.api.tasks.wire import TaskOut, task_out

__all__ = ["TaskOut", "router", "task_out"]

router = joined(orders.router, reports.router, ways.router, tag="tasks")
