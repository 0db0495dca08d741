-- core_explanation
-- One row per finding that was answered: the newest answer.
-- Reads   fct_explanation
-- Method  Newest by the moment asked for; an answer that was taken back is none
create or replace view core_explanation
(
    finding_id     String               comment 'Finding that is answered, key of mart_finding',
    rule_version   UInt16               comment 'Version of the rule that had found it',
    explanation    String               comment 'The answer, in the words of the agency',
    explained_by   String               comment 'Who gave it',
    payload_sha256 String               comment 'Returned slip that brought it, empty when it was typed in',
    explained_at   DateTime64(3, 'UTC') comment 'When it was recorded'
)
as
select
    finding_id,
    rule_version,
    explanation,
    explained_by,
    payload_sha256,
    recorded_at as explained_at
from fct_explanation
where
    is_withdrawn = 0
    and (finding_id, recorded_at) in (
        select
            finding_id,
            max(recorded_at)
        from fct_explanation
        where recorded_at <= bw_as_of()
        group by finding_id
    )
comment 'One row per finding that was answered: the newest answer.';
