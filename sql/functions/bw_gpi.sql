-- bw_gpi(female, male)
-- Gender parity index: the female value of a rate over the male one. Take rates, never
-- head counts of unequal populations, and show the difference beside it: near 100 % the
-- ratio hides a gap. Null when either is missing or negative, or the male one is 0.
-- Method  UNESCO Institute for Statistics, Glossary: gender parity index
create or replace function bw_gpi as (female, male) ->
    if(female >= 0 and male > 0, toFloat64(female) / nullIf(toFloat64(male), 0), null);
