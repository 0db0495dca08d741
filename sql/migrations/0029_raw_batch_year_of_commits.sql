insert into raw_batch_year (version, period_year)
select version, arrayJoin(period_years)
from raw_commit;
