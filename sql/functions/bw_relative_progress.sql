-- bw_relative_progress(baseline_year, baseline, year, value, target_year, target)
-- Progress over elapsed time: 1 is exactly on schedule. Give the year of the data, not
-- of today. It swings while little time has passed: no colour before a fifth has. Null
-- when the target is the baseline or no time has passed.
-- Method  L = A / E, both as in bw_progress; UN ESCAP, Asia and the Pacific SDG Progress
--         Report
create or replace function bw_relative_progress as (baseline_year, baseline, year, value, target_year, target) ->
    bw_progress(baseline, value, target) / nullIf(bw_progress(baseline_year, year, target_year), 0);
