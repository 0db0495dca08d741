create table raw_reject
(
    version        UInt64                 comment 'Batch that refused the figure, key of raw_commit',
    reject_number  UInt64                 comment 'Place within the batch, from 1',
    sheet          String                 comment 'Sheet of a workbook, empty for other files',
    cell           String                 comment 'Spreadsheet address such as C7, or a JSON path',
    line           UInt64                 comment 'Record of the file, from 1, as a spreadsheet numbers it; 0 when it has none',
    column_name    String                 comment 'Heading of the column as the publisher wrote it',
    reason_code    LowCardinality(String) comment 'Why the figure was not believed; codes never change, each has a heading in the runbook',
    rule_number    UInt8                  comment 'Number of the validation rule that refused it, 0 when it could not be read at all',
    value_text     String                 comment 'The offending text as received',
    row_text       String                 comment 'The whole record as received, shortened to 1,000 characters',
    message_zh     String                 comment 'What is wrong and what to do, in the clerk''s words, Chinese',
    message_en     String                 comment 'The same in English',
    rejected_at    DateTime64(3, 'UTC')   comment 'When it was refused'
)
engine = ReplacingMergeTree(rejected_at)
order by (version, reject_number)
comment 'One row per figure that was read but not believed. Nothing that a file held is lost: it is in the facts or it is here.';
