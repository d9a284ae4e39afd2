import type { ReleaseChart } from '../api/types.ts';
import { When } from '../parts/when.tsx';
import styles from './chart-table.module.css';
import { difference, measured, oddsAt, toLogTen, type ChartedGuardrail } from './columns.ts';

interface ChartTableProps {
  readonly chart: ReleaseChart;
  readonly guardrail: ChartedGuardrail;
}

const missing = 'no data';

function Check({ chart, guardrail, i }: ChartTableProps & { readonly i: number }) {
  const { measure } = guardrail;
  const cell = (column: readonly (number | null)[], says: (value: number) => string) => {
    const value = column[i] ?? null;
    return <td>{value === null ? missing : says(value)}</td>;
  };
  const change = (value: number) => difference(measure, value);
  return (
    <tr>
      <th scope="row">
        <When iso={new Date(chart.atMs[i] ?? 0).toISOString()} />
      </th>
      <td>{chart.stage[i]}</td>
      <td>{(chart.requests[i] ?? 0).toLocaleString('en')}</td>
      {cell(guardrail.candidate, (value) => measured(measure, value))}
      {cell(guardrail.stable, (value) => measured(measure, value))}
      {cell(guardrail.difference, change)}
      {cell(guardrail.lower, change)}
      {cell(guardrail.upper, change)}
      {cell(guardrail.limit, change)}
      {cell(guardrail.evidence.map(toLogTen), oddsAt)}
    </tr>
  );
}

const columns = [
  'Check',
  'Stage',
  'Requests',
  'Candidate',
  'Stable',
  'Difference',
  'From',
  'To',
  'Limit',
  'Odds',
];

/** The charts' numbers, check by check, the newest first. */
export function ChartTable({ chart, guardrail }: ChartTableProps) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={`Checks of ${guardrail.name}`}>
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chart.atMs.map((_at, i) => (
            <Check key={i} chart={chart} guardrail={guardrail} i={chart.atMs.length - 1 - i} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
