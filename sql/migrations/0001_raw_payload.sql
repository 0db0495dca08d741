create table raw_payload
(
    payload_sha256 String                          comment 'SHA-256 of the bytes as received, lower-case hexadecimal; key of raw_payload_chunk',
    source_code    LowCardinality(String)          comment 'Publisher or agency that the bytes came from, code in dim_agency',
    file_name      String                          comment 'File name or last part of the address, as the publisher wrote it',
    location       String                          comment 'Directory, URL or query that the bytes were fetched from; never holds a password',
    media_type     LowCardinality(String)          comment 'Detected kind: text/csv, application/json, the XLSX type, …',
    byte_count     UInt64                          comment 'Size in bytes',
    submitter      String                          comment 'Person or account that handed the file in, empty when a connector fetched it',
    licence        LowCardinality(String)          comment 'Licence of public data, empty for the agencies of the plan',
    attribution    String                          comment 'Line that the licence asks to show, may be empty',
    retrieved_at   DateTime64(3, 'UTC')            comment 'When the bytes reached us'
)
engine = ReplacingMergeTree(retrieved_at)
order by (payload_sha256, source_code)
comment 'One row per payload and source: what agencies and publishers sent, byte for byte. The bytes are in raw_payload_chunk.';
