-- What there is of one indicator: its areas, breakdowns and years.
select
    groupUniqArray(area_code) as areas,
    groupUniqArray(sex) as sexes,
    min(period_year) as first_year,
    max(period_year) as last_year,
    count() as figure_count
from mart_indicator_yearly
where indicator_code = {indicator:String}
