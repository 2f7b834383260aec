"""Which plans are there, what do they say now, and how do their versions come into force?"""

from mudan.api.joining import joined
from mudan.api.plans import present, versions, writing

router = joined(
    present.router, writing.router, versions.router, tag="plans"
)  # fixed words before names in paths
