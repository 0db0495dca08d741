-- Who runs the daemon, if anybody.
select
    description,
    claimed_at,
    expires_at
from raw_lease final
where
    lease_code = 'daemon'
    and expires_at > now64(6)
order by claimed_at
limit 1
