-- A mistake that refuses several figures is one finding, and a slip says what was expected.
alter table raw_reject
    add column cause_number UInt64 comment 'First reject of the batch with the same cause; 0 in batches from before this column' after message_en,
    add column expected_text String comment 'What would be right as far as anybody can say, such as ≤ 40; empty when nobody can' after cause_number;
