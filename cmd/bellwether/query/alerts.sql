-- The ledger of alerts, the gravest first.
select
    substring(a.alert_id, 1, 8) as alert,
    s.name_zh as severity_zh,
    s.name_en as severity_en,
    a.severity as severity,
    a.rule_code as rule_code,
    a.area_code as area_code,
    a.period_year as period_year,
    a.message_zh as message_zh,
    a.message_en as message_en,
    a.cause_zh as cause_zh,
    a.cause_en as cause_en,
    a.opened_at as opened_at,
    a.changed_at as changed_at,
    a.state as state,
    a.muted_by as muted_by,
    a.target_code as target_code,
    a.indicator_code as indicator_code,
    a.breakdown as breakdown,
    a.observed_value as observed_value,
    a.reference_value as reference_value,
    a.evidence as evidence,
    a.event_count as event_count,
    a.data_version as data_version,
    a.alert_id as alert_id,
    c.stage as stage,
    g.name_zh as stage_zh,
    g.name_en as stage_en,
    c.agency_code as agency_code,
    c.due_date as due_date,
    c.is_overdue as is_overdue
from mart_alert as a
left join mart_alert_case as c on c.alert_id = a.alert_id
left join core_code as g on g.list_code = 'ALERT_STAGE' and g.code = c.stage
left join core_code as s on s.list_code = 'SEVERITY' and s.code = a.severity
where
    ({state:String} = '' or a.state = {state:String})
    and ({rule:String} = '' or a.rule_code = {rule:String})
    and startsWith(a.alert_id, {alert:String})
order by
    indexOf(['critical', 'warning', 'notice'], a.severity),
    a.rule_code,
    a.area_code,
    a.target_code,
    a.indicator_code,
    a.breakdown
