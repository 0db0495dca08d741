-- Findings of validation, one for each cause, the gravest first.
select
    substring(f.finding_id, 1, 8) as finding,
    f.rule_number as rule_number,
    f.check_code as check_code,
    f.name_zh as name_zh,
    f.name_en as name_en,
    f.class as class,
    k.name_zh as class_zh,
    k.name_en as class_en,
    f.answer as answer,
    f.is_required as is_required,
    f.is_asked as is_asked,
    f.state as state,
    s.name_zh as state_zh,
    s.name_en as state_en,
    f.source_code as source_code,
    f.form_code as form_code,
    f.period_year as period_year,
    f.area_code as area_code,
    f.indicator_code as indicator_code,
    f.sex as sex,
    f.age_group as age_group,
    f.residence as residence,
    f.category as category,
    f.sheet as sheet,
    f.cell as cell,
    f.observed_text as observed_text,
    f.expected_text as expected_text,
    f.figure_count as figure_count,
    f.figures as figures,
    f.message_zh as message_zh,
    f.message_en as message_en,
    f.answer_date as answer_date,
    f.explanation as explanation,
    f.explained_by as explained_by,
    f.explained_at as explained_at,
    f.found_at as found_at,
    f.rule_version as rule_version,
    f.version as version,
    f.payload_sha256 as payload_sha256,
    f.evidence as evidence,
    f.finding_id as finding_id
from mart_finding as f
left join core_code as k on k.list_code = 'CHECK_CLASS' and k.code = f.class
left join core_code as s on s.list_code = 'FINDING_STATE' and s.code = f.state
where
    ({all:UInt8} = 1 or (f.is_asked = 1 and f.state != 'explained'))
    and ({agency:String} = '' or f.source_code = {agency:String})
    and ({form:String} = '' or f.form_code = {form:String})
    and ({rule:String} = '' or f.check_code = {rule:String} or toString(f.rule_number) = {rule:String})
    and ({state:String} = '' or f.state = {state:String})
    and ({year:UInt16} = 0 or f.period_year = {year:UInt16})
    -- what a load brought, and what it left as it was
    and (
        {version:UInt64} in (0, f.version)
        or (f.version < {version:UInt64} and f.answer = 'explain' and has({years:Array(UInt16)}, f.period_year))
    )
    and startsWith(f.finding_id, {finding:String})
order by
    f.class != 'hard',
    f.is_required desc,
    f.source_code,
    f.form_code,
    f.period_year desc,
    f.sheet,
    length(f.cell),
    f.cell,
    f.rule_number,
    f.finding_id
