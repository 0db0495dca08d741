-- How far one alert has been dealt with, and what the next act has to know.
select
    c.stage as stage,
    c.verification as verification,
    c.assessment as assessment,
    c.measures as measures,
    c.act_count as act_count,
    m.event_count as event_count,
    m.severity as severity,
    m.period_year as period_year
from mart_alert_case as c
inner join mart_alert as m on m.alert_id = c.alert_id
where c.alert_id = {alert:String}
