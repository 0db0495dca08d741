-- The day that due dates are held against: that of the newest evaluation, long past before the first.
select on_date from core_moment
