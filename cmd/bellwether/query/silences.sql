-- Silences: those that stand or are to come first, then what is over.
select
    substring(s.silence_id, 1, 8) as silence,
    arrayStringConcat(
        arrayFilter(
            part -> part != '',
            [
                if(s.alert_id = '', '', concat('alert=', substring(s.alert_id, 1, 8))),
                if(s.rule_code = '', '', concat('rule=', s.rule_code)),
                if(s.target_code = '', '', concat('target=', s.target_code)),
                if(s.indicator_code = '', '', concat('indicator=', s.indicator_code)),
                if(s.area_code = '', '', concat('area=', s.area_code)),
                if(s.agency_code = '', '', concat('agency=', s.agency_code)),
                if(s.severity = '', '', concat('severity=', s.severity))
            ]
        ),
        ' '
    ) as about,
    s.set_by as set_by,
    s.starts_at as starts_at,
    s.ends_at as ends_at,
    s.reason as reason,
    multiIf(
        s.ends_at <= parseDateTime64BestEffort({now:String}, 3, 'UTC'), 'ended',
        s.starts_at > parseDateTime64BestEffort({now:String}, 3, 'UTC'), 'to_come',
        'stands'
    ) as state,
    s.changed_by as changed_by,
    s.is_cut_short as is_cut_short,
    s.alert_id as alert_id,
    s.rule_code as rule_code,
    s.target_code as target_code,
    s.indicator_code as indicator_code,
    s.area_code as area_code,
    s.agency_code as agency_code,
    s.severity as severity,
    s.set_at as set_at,
    s.event_count as event_count,
    s.silence_id as silence_id
from core_silence as s
where startsWith(s.silence_id, {silence:String})
order by
    indexOf(['stands', 'to_come', 'ended'], state),
    s.ends_at
