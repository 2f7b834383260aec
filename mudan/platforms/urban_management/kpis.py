"""How much of the county is counted, and how well does another case system speak?

Rates over cases (in time, closed, rework) are not here: they are worked out from the cases themselves.
"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term, bad_frames, heard
from mudan.platforms.urban_management.model.words import COMPONENT, GRID_CELL
from mudan.primitives.text import Text

DAY_S: Final = 86_400.0

KPIS: Final = (
    Kpi(
        name="urban_management.components",
        title=Text("普查部件数", "Components counted"),
        meaning=Text("已导入的部件数，含已标为不在的", "Components taken in, those marked gone included"),
        unit="1",
        version=1,
        window_s=DAY_S,
        numerator=Term(Measure.ENTITIES, entity_type=COMPONENT),
    ),
    heard(
        "urban_management.grids_reporting",
        Text("有上报的单元网格", "Grid cells with reports"),
        Text(
            "一天内对接系统有案卷上报的单元网格占比",
            "Grid cells of which the connected system reported a case within a day, of all",
        ),
        GRID_CELL,
        DAY_S,
    ),
    bad_frames("urban_management"),
)
