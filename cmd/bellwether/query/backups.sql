-- Backups, the newest first.
select
    name,
    state,
    transform(state, ['begun', 'done', 'failed', 'verified', 'deleted'], ['未完成', '完成', '失败', '已演练', '已删除'], state) as state_zh,
    state as state_en,
    begun_at,
    done_at,
    verified_at,
    byte_count,
    message,
    destination
from core_backup
order by name desc
