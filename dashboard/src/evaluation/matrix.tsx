import { Link } from '@tanstack/react-router';
import type { EvaluatedCell, EvaluationMatrix } from '../api/types.ts';
import { Mark } from '../parts/mark.tsx';
import type { ReleaseTabProps } from '../release/tab-props.ts';
import styles from './evaluation.module.css';

type Case = EvaluationMatrix['cases'][number];

const changeLooks = {
  'newly failing': { glyph: '✖', tone: 'bad' },
  'still failing': { glyph: '■', tone: 'attention' },
  repaired: { glyph: '✔', tone: 'good' },
  flaky: { glyph: '~', tone: 'attention' },
  same: { glyph: '=', tone: 'over' },
} as const;

const dots = { passed: '●', failed: '✖', error: '!' } as const;

function Cell({ cell }: { readonly cell: EvaluatedCell | undefined }) {
  if (cell === undefined) return <span className={styles.muted}>not asked</span>;
  const { passed, of, errors, runs, failed, latencyMs, costUsd } = cell;
  return (
    <>
      <span>
        {passed}/{of}{' '}
        <span aria-hidden="true" className={styles.dots}>
          {runs.map((run) => dots[run]).join('')}
        </span>
        {errors > 0 && <strong className={styles.attention}> ! {errors} not judged</strong>}
      </span>
      {failed.map(({ assertion, times }) => (
        <span key={assertion} className={styles.small}>
          {assertion}
          {times > 1 && ` ×${times}`}
        </span>
      ))}
      <span className={styles.small}>
        {latencyMs !== undefined && `${Math.round(latencyMs)} ms `}
        {costUsd !== undefined && `$${costUsd.toFixed(4)}`}
      </span>
    </>
  );
}

function Row({ view, search, one }: ReleaseTabProps & { readonly one: Case }) {
  const { glyph, tone } = changeLooks[one.change];
  return (
    <tr aria-current={search.case === one.id ? 'true' : undefined}>
      <th scope="row">
        <Link to="/r/$id" params={{ id: view.row.id }} search={{ ...search, case: one.id }} replace data-row>
          {one.id}
        </Link>
        {one.critical && <span className={styles.attention}> critical</span>}
        {one.prompt !== undefined && <span className={styles.small}>{one.prompt}</span>}
      </th>
      <td>
        <Mark tone={tone} glyph={glyph} word={one.change} />
      </td>
      <td>
        <Cell cell={one.candidate} />
      </td>
      <td>
        <Cell cell={one.stable} />
      </td>
    </tr>
  );
}

/** Cases as rows, the two revisions as columns. */
export function Matrix({ view, search, matrix }: ReleaseTabProps & { readonly matrix: EvaluationMatrix }) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label="Cases">
      <table className={styles.matrix}>
        <thead>
          <tr>
            <th scope="col">Case</th>
            <th scope="col">Change</th>
            <th scope="col">{matrix.candidate.label}</th>
            <th scope="col">{matrix.stable?.label ?? 'no stable revision'}</th>
          </tr>
        </thead>
        <tbody>
          {matrix.cases.map((one) => (
            <Row key={`${one.id} ${one.prompt ?? ''}`} view={view} search={search} one={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
