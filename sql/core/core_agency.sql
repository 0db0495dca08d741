-- core_agency
-- One row per agency or publisher.
-- Reads   dim_agency, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_agency
(
    agency_code LowCardinality(String) comment 'Code such as health, education, civil_affairs, who; equals source_code of its figures',
    name_zh     String                 comment 'Name',
    name_en     String                 comment 'Name in English',
    kind        LowCardinality(String) comment 'agency (of the plan) or publisher (of public series)',
    licence     String                 comment 'Licence of a publisher, empty for agencies',
    attribution String                 comment 'Line that the licence asks to show'
)
as
select
    agency_code,
    name_zh,
    name_en,
    kind,
    licence,
    attribution
from dim_agency
where
    is_removed = 0
    and (agency_code, recorded_at) in (
        select
            agency_code,
            max(recorded_at)
        from dim_agency
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by agency_code
    )
comment 'One row per agency or publisher.';
