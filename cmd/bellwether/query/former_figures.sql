-- The figures of one year of the district and its streets, for those who fill in the next.
select
    area_code,
    indicator_code,
    sex,
    age_group,
    residence,
    category,
    value,
    numerator,
    denominator
from mart_indicator_yearly
where
    period_year = {year:UInt16}
    and area_code in (select area_code from core_area where is_monitored = 1)
