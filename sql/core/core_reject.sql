-- core_reject
-- One row per figure that a committed load refused.
-- Reads   raw_reject, core_commit
-- Method  Rejects of a load that never ended are not shown, like its figures
create or replace view core_reject
(
    version       UInt64                 comment 'Batch that refused the figure, key of core_commit',
    reject_number UInt64                 comment 'Place within the batch, from 1',
    sheet         String                 comment 'Sheet of a workbook, empty for other files',
    cell          String                 comment 'Spreadsheet address such as C7, or a JSON path',
    line          UInt64                 comment 'Record of the file, from 1; 0 when it has none',
    column_name   String                 comment 'Heading of the column as the publisher wrote it',
    reason_code   LowCardinality(String) comment 'Why the figure was not believed; each has a heading in the runbook',
    rule_number   UInt8                  comment 'Number of the validation rule that refused it, 0 when it could not be read at all',
    value_text    String                 comment 'The offending text as received',
    message_zh    String                 comment 'What is wrong and what to do, Chinese',
    message_en    String                 comment 'The same in English',
    cause_number  UInt64                 comment 'First reject of the batch with the same cause: a mistake is one finding however many figures it refuses',
    expected_text String                 comment 'What would be right, such as ≤ 40; empty when nobody can say'
)
as
select
    version,
    reject_number,
    sheet,
    cell,
    line,
    column_name,
    reason_code,
    rule_number,
    value_text,
    message_zh,
    message_en,
    if(cause_number = 0, reject_number, cause_number) as cause_number,
    expected_text
from raw_reject final
where version in (select version from core_commit)
comment 'One row per figure that a committed load refused.';
