create table fct_explanation
(
    finding_id     String                 comment 'Finding that is answered, key of mart_finding; another value of the figure is another finding',
    check_code     LowCardinality(String) comment 'Validation rule of the finding',
    rule_version   UInt16                 comment 'Version of the rule that found it',
    indicator_code LowCardinality(String) comment 'Indicator concerned, empty when the finding is about a submission',
    area_code      LowCardinality(String) comment 'Area concerned',
    period_year    UInt16                 comment 'Statistical year concerned',
    message_zh     String                 comment 'The finding as the person who answered read it, Chinese',
    message_en     String                 comment 'The same in English',
    explanation    String                 comment 'The answer, in the words of the agency',
    explained_by   String                 comment 'Who gave the answer',
    payload_sha256 String                 comment 'Returned slip that brought the answer, empty when it was typed in',
    is_withdrawn   UInt8                  comment '1 when the answer is taken back and the finding stands again',
    recorded_at    DateTime64(3, 'UTC')   comment 'When the answer was recorded'
)
engine = MergeTree
order by (finding_id, recorded_at)
comment 'One row per answer to a finding: the explanations of agencies. Append-only; the newest counts.';
