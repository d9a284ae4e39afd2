/**
 * What a statement goes on with that asks what looks have counted, settled at the long horizon: of their `counts` each
 * `counter` with its `row`.
 */
export const eachSettledRow = `cross join lateral jsonb_each(counts) as counters (counter, horizons)
  join lateral jsonb_array_elements(
    case when jsonb_typeof(horizons->'long') = 'array' then horizons->'long' else '[]' end) as rows (row)
    on row ? 'candidateExposed'`;
