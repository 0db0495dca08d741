create table raw_lease
(
    lease_code  LowCardinality(String) comment 'What is held: loader or daemon',
    owner       String                 comment 'Token of the process that asks for it',
    description String                 comment 'Host, process and user, for people',
    claimed_at  DateTime64(6, 'UTC')   comment 'When the owner first asked; the earliest live claim holds the lease',
    expires_at  DateTime64(6, 'UTC')   comment 'When the claim ends unless renewed; in the past once released',
    recorded_at DateTime64(6, 'UTC')   comment 'When this state of the claim was written'
)
engine = ReplacingMergeTree(recorded_at)
order by (lease_code, owner)
comment 'One row per claim: who may load, so that two processes never write one warehouse at once.';
