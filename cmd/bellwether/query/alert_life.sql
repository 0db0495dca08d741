-- What happened to one alert and what people did about it, in order.
select
    recorded_at,
    step,
    step_zh,
    step_en,
    recorded_by,
    verdict,
    verdict_zh,
    verdict_en,
    agency_code,
    due_date,
    note
from
(
    select
        recorded_at,
        0 as rank,
        event_number as number,
        event as step,
        transform(event, ['opened', 'changed', 'muted', 'resolved', 'reopened'], ['发现', '变化', '由别的预警引起', '解除', '再次出现'], event) as step_zh,
        event as step_en,
        '' as recorded_by,
        severity as verdict,
        s.name_zh as verdict_zh,
        s.name_en as verdict_en,
        '' as agency_code,
        cast(null, 'Nullable(Date32)') as due_date,
        '' as note
    from core_alert_event as e
    left join core_code as s on s.list_code = 'SEVERITY' and s.code = e.severity
    where e.alert_id = {alert:String}
    union all
    select
        recorded_at,
        1 as rank,
        act_number as number,
        act as step,
        g.name_zh as step_zh,
        g.name_en as step_en,
        recorded_by,
        verdict,
        v.name_zh as verdict_zh,
        v.name_en as verdict_en,
        agency_code,
        due_date,
        note
    from core_alert_act as t
    left join core_code as g on g.list_code = 'ALERT_STAGE' and g.code = t.act
    left join core_code as v on v.list_code in ('VERIFICATION', 'ALERT_OUTCOME') and v.code = t.verdict
    where t.alert_id = {alert:String}
)
order by
    recorded_at,
    rank,
    number
