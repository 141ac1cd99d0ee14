"""A small record that is whole and canonical, a file each, and the faults of one that is not."""

from pathlib import Path

import pytest

from conflictdata import RecordError
from datasets.tools.read import read

SOURCES = (
    "id,kind,outlet,origin,mirror,url,published,published_from,published_to,accessed,language,title,readings,"
    "from_release,to_release,corrects,why,withdrawn\n"
    "page-a,primary,PICSS,,,https://example.org/a,2025-11-01,2025-11-01,2025-11-01,2026-11-22,en,October,1,next,,,,\n"
    "page-b,secondary,Dawn,,,https://example.org/b,,2025-11-01,2026-11-22,2026-11-22,en,,2,next,,,,\n"
)
STATEMENTS = (
    "id,source,report_period,period,area,scope,measure,group,value,bound,subset,includes,caveats,note,readings,"
    "from_release,to_release,corrects,why,withdrawn\n"
    "s01,page-a,2025-10,2025-10,PK,all,killed,total,458,exact,,,,,1,next,,,,\n"
    "s02,page-a,2025-10,2025-10,PK,all,killed,militants,355,exact,,,,,1,next,,,,\n"
    "s03,page-b,2025-10,2025-10,PK,all,killed,civilians,31,exact,,peace_committee,,includes one,1,next,,,,\n"
)
CLAIMS = (
    "id,source,report_period,period,area,scope,measure,group,claim,value,direction,reference_period,reference_area,bound,"
    "caveats,note,readings,from_release,to_release,corrects,why,withdrawn\n"
    "c01,page-a,2025-10,2025-10,PK,all,killed,total,percent_change,29,up,2025-09,,exact,,,1,next,,,,\n"
)
BREAKS = (
    "id,start,approximate,areas,scopes,measures,description,from_release,to_release,corrects,why,withdrawn\n"
    "headline,2024-08-01,,PK,,killed injured,The headline toll changed.,next,,,,\n"
)
DISCREPANCIES = (
    "id,source,axis,period,area,scope,measure,group,part,residual_low,residual_high,reason,explanation,shown_by,"
    "from_release,to_release,corrects,why,withdrawn\n"
)
RELEASES = "label,rule,schema,added,closed,rows_digest,figures_digest,why\n"
DIGESTS = "table,id,from_release,to_release,digest\n"
ABOUT = (
    'title = "A dataset"\npublisher = "A publisher"\nhomepage = "https://example.org"\ncounts = "Something."\n'
    'licence = "CC-BY-4.0"\n'
)


def faults(record: Path) -> list[str]:
    """Read a record that has faults, and give them."""
    with pytest.raises(RecordError) as caught:
        read(record)
    assert str(caught.value).splitlines()[1:] == [f"  {fault}" for fault in caught.value.faults]
    return [str(fault) for fault in caught.value.faults]
