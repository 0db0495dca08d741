-- The working day that comes a number of working days after a day.
select day
from core_working_day
where number = (select max(number) from core_working_day where day <= toDate32({day:String})) + {count:UInt32}
