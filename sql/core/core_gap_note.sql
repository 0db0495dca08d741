-- core_gap_note
-- One row per indicator, area and span of years with a reason for its gap: the newest reason.
-- Reads   fct_gap_note
-- Method  Newest by the moment asked for; an empty reason takes the note back
create or replace view core_gap_note
(
    indicator_code LowCardinality(String) comment 'Indicator that is missing',
    area_code      LowCardinality(String) comment 'Area it is missing for, * for every one',
    first_year     UInt16                 comment 'First statistical year the reason holds for',
    last_year      UInt16                 comment 'Last one',
    reason         String                 comment 'Why there is no figure',
    survey         String                 comment 'Survey that will bring it: name or address, empty when none is planned',
    noted_by       String                 comment 'Who gave the reason',
    noted_at       DateTime64(3, 'UTC')   comment 'When it was recorded'
)
as
select
    indicator_code,
    area_code,
    first_year,
    last_year,
    reason,
    survey,
    noted_by,
    recorded_at as noted_at
from fct_gap_note
where
    reason != ''
    and (indicator_code, area_code, first_year, last_year, recorded_at) in (
        select
            indicator_code,
            area_code,
            first_year,
            last_year,
            max(recorded_at)
        from fct_gap_note
        where recorded_at <= bw_as_of()
        group by
            indicator_code,
            area_code,
            first_year,
            last_year
    )
comment 'One row per indicator, area and span of years with a reason for its gap: the newest reason.';
