-- The agency that answers for an alert: that of its indicator, else the first that its evidence names.
select
    if(
        code != '',
        code,
        splitByChar(',', JSONExtractString({evidence:String}, 'agency_code'))[1]
    ) as agency_code
from
(
    select any(agency_code) as code
    from core_indicator
    where indicator_code = {indicator:String}
)
