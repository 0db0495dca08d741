-- core_indicator
-- One row per indicator: one fact, whichever plans judge it.
-- Reads   dim_indicator, dim_catalog
-- Method  Newest state of each entry recorded by the moment of the catalog shown
create or replace view core_indicator
(
    indicator_code          LowCardinality(String) comment 'Code <domain>_<what>_<unit>; never changes',
    name_zh                 String                 comment 'Official name',
    name_en                 String                 comment 'Name in English',
    definition_zh           String                 comment 'Definition in words',
    numerator_zh            String                 comment 'What the numerator counts, empty when there is none',
    denominator_zh          String                 comment 'What the denominator counts, empty when there is none',
    unit_code               LowCardinality(String) comment 'Unit of the value, code in dim_code list UNIT',
    multiplier              Float64                comment 'value = numerator / denominator x multiplier; 0 when it is not a quotient',
    measure                 LowCardinality(String) comment 'proportion (numerator is part of the denominator), rate, ratio, count, amount, years or index',
    polarity                Int8                   comment '1 higher is better, -1 lower is better, 0 nearer to the reference is better or neither',
    valid_min               Nullable(Float64)      comment 'Smallest credible value in unit_code, null when there is none',
    valid_max               Nullable(Float64)      comment 'Largest credible value in unit_code, null when there is none',
    decimals                UInt8                  comment 'Decimals in print',
    agency_code             LowCardinality(String) comment 'Agency that answers for the figure',
    denominator_agency_code LowCardinality(String) comment 'Agency that gives the denominator when it is another one, else empty',
    data_kind               LowCardinality(String) comment 'administrative, survey, term (moves only at elections), milestone or assessment',
    statistical_year        LowCardinality(String) comment 'calendar, health (October to September) or school (September to August)',
    requires_sex            UInt8                  comment '1 when the female and male figures must come with the total',
    requires_residence      UInt8                  comment '1 when the urban and rural figures must come with the total',
    requires_area           UInt8                  comment '1 when the figure of each street must come with the district',
    required_age_groups     Array(String)          comment 'Age groups that must come beside _T, empty when none',
    is_rare_event           UInt8                  comment '1 when a single event is reported at once as a count, such as a maternal death',
    is_small_number         UInt8                  comment '1 when one event can break the target in a district',
    is_reporting_sensitive  UInt8                  comment '1 when more reports may mean better reporting: shown, never coloured',
    topic                   LowCardinality(String) comment 'Field such as health, education, participation',
    note                    String                 comment 'Remark on definition or source'
)
as
select
    indicator_code,
    name_zh,
    name_en,
    definition_zh,
    numerator_zh,
    denominator_zh,
    unit_code,
    multiplier,
    measure,
    polarity,
    valid_min,
    valid_max,
    decimals,
    agency_code,
    denominator_agency_code,
    data_kind,
    statistical_year,
    requires_sex,
    requires_residence,
    requires_area,
    required_age_groups,
    is_rare_event,
    is_small_number,
    is_reporting_sensitive,
    topic,
    note
from dim_indicator
where
    is_removed = 0
    and (indicator_code, recorded_at) in (
        select
            indicator_code,
            max(recorded_at)
        from dim_indicator
        where recorded_at <= (select max(recorded_at) from dim_catalog where recorded_at <= bw_as_of())
        group by indicator_code
    )
comment 'One row per indicator: one fact, whichever plans judge it.';
