-- What arrived by either way.
select
    (select count() from bench_long) as engine_rows,
    (select count() from core_observation) as our_rows,
    (select sum(numerator) from bench_long) as engine_sum,
    (select sum(numerator) from core_observation) as our_sum
