-- bw_gpia(female, male)
-- Adjusted gender parity index, from 0 to 2: the index itself up to 1, 2 - 1/index
-- above, so that the same gap is as far from 1 on either side. Null as bw_gpi is; when
-- only the female value is 0 it is 0.
-- Method  UNESCO Institute for Statistics, Glossary: adjusted gender parity index
create or replace function bw_gpia as (female, male) ->
    arrayMap(gpi -> if(gpi > 1, 2 - 1 / gpi, gpi), [bw_gpi(female, male)])[1];
