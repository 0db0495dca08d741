-- Roles on a ClickHouse server: what each may do, and limits that no query can raise.
-- Made from sql/access.csv and the limits of the embedded engine by
-- go test ./deploy -run Roles -update. An administrator runs it before the first
-- bellwether migrate and again after an upgrade; every statement can be repeated:
--
--   clickhouse-client --secure --user administrator --ask-password --queries-file roles.sql
--   create user bellwether  identified with sha256_password by '…' default role bellwether_writer;
--   create user analyst     identified with sha256_password by '…' default role bellwether_analyst;
--   create user auditor     identified with sha256_password by '…' default role bellwether_auditor;
--   create user reporter_health identified with sha256_password by '…' default role bellwether_reporter;
--
-- A reporter is named after its agency: reporter_ and the code in core_agency. On a cluster
-- whose users are not replicated, run it on every replica, with cluster and remote granted too.

create role if not exists bellwether_writer;
grant select, insert, alter, create, drop, truncate, optimize, backup on bellwether.* to bellwether_writer;
-- what-if, backtest and drill work beside the warehouse, and so do restore and rebuild
grant select, insert, alter, create, drop, truncate, optimize, backup on bellwether_scratch_*.* to bellwether_writer;
grant select, insert, alter, create, drop, truncate, optimize on bellwether_restoring.* to bellwether_writer;
grant select, insert, alter, create, drop, truncate, optimize on bellwether_rebuilding.* to bellwether_writer;
grant create function, drop function on *.* to bellwether_writer;
grant table engine on MergeTree to bellwether_writer;
grant table engine on ReplacingMergeTree to bellwether_writer;
grant table engine on ReplicatedMergeTree to bellwether_writer;
grant table engine on ReplicatedReplacingMergeTree to bellwether_writer;
grant table engine on Distributed to bellwether_writer;
grant select on system.tables to bellwether_writer;
grant select on system.columns to bellwether_writer;
grant select on system.databases to bellwether_writer;
grant select on system.functions to bellwether_writer;
grant select on system.macros to bellwether_writer;
grant select on system.backups to bellwether_writer;

create settings profile if not exists bellwether_reader;
alter settings profile bellwether_reader settings
    readonly = 2 readonly,
    allow_ddl = 0 readonly,
    max_execution_time = 30 min 1 max 30,
    max_memory_usage = 1000000000 min 1 max 1000000000,
    max_memory_usage_for_user = 2000000000 readonly,
    max_bytes_before_external_group_by = 300000000,
    max_bytes_before_external_sort = 300000000,
    max_temporary_data_on_disk_size_for_user = 5000000000 readonly,
    max_rows_to_read = 200000000 min 1 max 200000000,
    max_result_rows = 1000000 min 1 max 1000000,
    compile_expressions = 0,
    explain_query_plan_default = 'legacy',
    max_threads = 2 min 1 max 2,
    max_concurrent_queries_for_user = 4 readonly;

create role if not exists bellwether_analyst;
alter role bellwether_analyst settings profile 'bellwether_reader';
revoke select on bellwether.* from bellwether_analyst;
grant select on bellwether.alert_* to bellwether_analyst;
grant select on bellwether.core_* to bellwether_analyst;
grant select on bellwether.dim_* to bellwether_analyst;
grant select on bellwether.mart_* to bellwether_analyst;

create role if not exists bellwether_auditor;
alter role bellwether_auditor settings profile 'bellwether_reader';
revoke select on bellwether.* from bellwether_auditor;
grant select on bellwether.* to bellwether_auditor;

create role if not exists bellwether_reporter;
alter role bellwether_reporter settings profile 'bellwether_reader';
revoke select on bellwether.* from bellwether_reporter;
grant select on bellwether.core_age_group to bellwether_reporter;
grant select on bellwether.core_agency to bellwether_reporter;
grant select on bellwether.core_area to bellwether_reporter;
grant select on bellwether.core_check to bellwether_reporter;
grant select on bellwether.core_code to bellwether_reporter;
grant select on bellwether.core_domain to bellwether_reporter;
grant select on bellwether.core_holiday to bellwether_reporter;
grant select on bellwether.core_indicator to bellwether_reporter;
grant select on bellwether.core_plan to bellwether_reporter;
grant select on bellwether.core_plan_item to bellwether_reporter;
grant select on bellwether.core_rule to bellwether_reporter;
grant select on bellwether.core_target to bellwether_reporter;
grant select on bellwether.core_threshold to bellwether_reporter;
grant select on bellwether.core_working_day to bellwether_reporter;
grant select on bellwether.core_cell_state to bellwether_reporter;
create row policy or replace own_agency on bellwether.core_cell_state as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.core_commit to bellwether_reporter;
create row policy or replace own_agency on bellwether.core_commit as permissive for select
    using source_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.core_observation to bellwether_reporter;
create row policy or replace own_agency on bellwether.core_observation as permissive for select
    using source_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.core_reject to bellwether_reporter;
create row policy or replace own_agency on bellwether.core_reject as permissive for select
    using version in (select version from bellwether.core_commit where source_code = substring(currentUser(), 10)) to bellwether_reporter;
grant select on bellwether.core_submission to bellwether_reporter;
create row policy or replace own_agency on bellwether.core_submission as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.core_submission_event to bellwether_reporter;
create row policy or replace own_agency on bellwether.core_submission_event as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.core_submission_state to bellwether_reporter;
create row policy or replace own_agency on bellwether.core_submission_state as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.mart_alert to bellwether_reporter;
create row policy or replace own_agency on bellwether.mart_alert as permissive for select
    using indicator_code in (select indicator_code from bellwether.core_indicator where agency_code = substring(currentUser(), 10)) to bellwether_reporter;
grant select on bellwether.mart_alert_case to bellwether_reporter;
create row policy or replace own_agency on bellwether.mart_alert_case as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.mart_finding to bellwether_reporter;
create row policy or replace own_agency on bellwether.mart_finding as permissive for select
    using source_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.mart_gap to bellwether_reporter;
create row policy or replace own_agency on bellwether.mart_gap as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.mart_indicator_yearly to bellwether_reporter;
create row policy or replace own_agency on bellwether.mart_indicator_yearly as permissive for select
    using source_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.mart_submission to bellwether_reporter;
create row policy or replace own_agency on bellwether.mart_submission as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.mart_target_yearly to bellwether_reporter;
create row policy or replace own_agency on bellwether.mart_target_yearly as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
grant select on bellwether.mart_timeliness to bellwether_reporter;
create row policy or replace own_agency on bellwether.mart_timeliness as permissive for select
    using agency_code = substring(currentUser(), 10) to bellwether_reporter;
