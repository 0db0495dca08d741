insert into raw_current_year (period_year, version)
select distinct period_year, 0
from fct_observation_current;
