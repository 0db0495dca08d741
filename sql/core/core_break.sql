-- core_break
-- One row per break of a series: where figures before and since cannot be compared.
-- Reads   dim_break, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_break
(
    indicator_code LowCardinality(String) comment 'Indicator whose series breaks, code in core_indicator',
    area_code      LowCardinality(String) comment 'Area it breaks in, * for every area',
    break_year     UInt16                 comment 'First statistical year under the new definition',
    kind           LowCardinality(String) comment 'What changed: definition, geography, denominator or method',
    text_zh        String                 comment 'What was counted before and since, Chinese',
    text_en        String                 comment 'The same in English',
    source         String                 comment 'Document that says so'
)
as
select
    indicator_code,
    area_code,
    break_year,
    kind,
    text_zh,
    text_en,
    source
from dim_break
where
    is_removed = 0
    and (indicator_code, area_code, break_year, kind, recorded_at) in (
        select
            indicator_code,
            area_code,
            break_year,
            kind,
            max(recorded_at)
        from dim_break
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by indicator_code, area_code, break_year, kind
    )
comment 'One row per break of a series: where figures before and since cannot be compared.';
