-- Whether an evaluation for a day has ended after the newest settlement. Each writes a row when it begins and one
-- when it has ended.
select count() > 0 as is_evaluated
from
(
    select evaluation_id
    from raw_evaluation
    where on_date = {day:Date32} and evaluated_at > (select max(settled_at) from raw_settlement)
    group by evaluation_id
    having count() > 1
)
