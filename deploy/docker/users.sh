#!/bin/sh
# Run by the image of ClickHouse once, when its data are new: the roles, and the analyst, as whom
# bellwether sql and Grafana ask.
set -eu
client() {
    clickhouse-client --user "$CLICKHOUSE_USER" --password "$(cat /run/secrets/clickhouse)" "$@"
}
client --queries-file /roles.sql
hash=$(tr -d '\n' </run/secrets/analyst | sha256sum | cut -d ' ' -f 1)
client --query "create user if not exists analyst identified with sha256_hash by '$hash' default role bellwether_analyst"
