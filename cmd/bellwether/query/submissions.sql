-- Who owes which form, how it stands, how complete and how timely it is.
select
    m.agency_code as agency_code,
    m.agency_zh as agency_zh,
    m.agency_en as agency_en,
    m.form_code as form_code,
    m.period_year as period_year,
    m.due_date as due_date,
    m.late_date as late_date,
    m.state as state,
    s.name_zh as state_zh,
    s.name_en as state_en,
    m.received_at as received_at,
    m.newest_at as newest_at,
    m.working_days_late as working_days_late,
    m.is_on_time as is_on_time,
    m.load_count as load_count,
    m.read_count as read_count,
    m.loaded_count as loaded_count,
    m.rejected_count as rejected_count,
    m.skipped_count as skipped_count,
    m.expected_count as expected_count,
    m.answered_count as answered_count,
    m.value_count as value_count,
    m.completeness_percent as completeness_percent,
    m.decided_by as decided_by,
    m.decided_at as decided_at,
    m.decision_note as decision_note,
    m.payload_sha256 as payload_sha256,
    m.data_version as data_version
from mart_submission as m
left join core_code as s on s.list_code = 'SUBMISSION_STATE' and s.code = m.state
where
    ({agency:String} = '' or m.agency_code = {agency:String})
    and ({form:String} = '' or m.form_code = {form:String})
    and ({state:String} = '' or m.state = {state:String})
    and ({year:UInt16} = 0 or m.period_year = {year:UInt16})
    and ({sha256:String} = '' or startsWith(m.payload_sha256, {sha256:String}))
order by
    m.period_year desc,
    m.agency_code,
    m.form_code
