create table raw_payload_chunk
(
    payload_sha256 String                comment 'SHA-256 of the whole payload, key of raw_payload' codec(ZSTD(1)),
    chunk_number   UInt32                comment 'Place in the payload, from 0',
    content        String                comment 'At most 4 MiB of the bytes as received' codec(ZSTD(1))
)
engine = ReplacingMergeTree
order by (payload_sha256, chunk_number)
comment 'One row per piece of a payload: the bytes as received, so that any load can be replayed years later.';
