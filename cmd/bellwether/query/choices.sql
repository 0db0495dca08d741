-- The codes that a flag may take.
select
    'plan' as list,
    plan_code as code,
    name_zh,
    name_en
from core_plan
union all
select
    'domain' as list,
    domain_code as code,
    name_zh,
    name_en
from core_domain
union all
select
    'verdict' as list,
    code,
    name_zh,
    name_en
from core_code
where list_code = 'VERDICT'
union all
select
    'agency' as list,
    agency_code as code,
    name_zh,
    name_en
from core_agency
union all
select
    'area' as list,
    area_code as code,
    name_zh,
    name_en
from core_area
union all
select
    'rule' as list,
    rule_code as code,
    any(name_zh) as name_zh,
    any(name_en) as name_en
from core_rule
group by rule_code
union all
select
    'severity' as list,
    code,
    name_zh,
    name_en
from core_code
where list_code = 'SEVERITY'
