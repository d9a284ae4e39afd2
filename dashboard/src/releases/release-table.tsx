import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { ReleaseLine } from '../api/types.ts';
import { useLiveRow } from '../live/live-context.ts';
import { useNow } from '../live/now.ts';
import { Mark } from '../parts/mark.tsx';
import { duration } from '../words/ages.ts';
import { needText } from '../words/need-words.ts';
import { stateGlyphs } from '../words/state-words.ts';
import styles from './release-table.module.css';
import { WeightBar } from './weight-bar.tsx';

interface RowProps {
  readonly row: ReleaseLine;
  readonly heardMs: number;
}

/** Until now, or until it was closed; its own clock, so that a row is not drawn anew each second for nothing. */
function Age({ row, heardMs }: RowProps) {
  const nowMs = useNow();
  return <>{duration(row.ageMs + (row.closedAt === undefined ? Math.max(0, nowMs - heardMs) : 0))}</>;
}

const Row = memo(function Row(asked: RowProps) {
  const { row, heardMs, isStale } = useLiveRow(asked);
  return (
    <tr className={row.needsYou ? styles.needed : undefined} data-stale={isStale}>
      <td className={styles.name}>
        <Link to="/r/$id" params={{ id: row.id }} data-row>
          {row.app} <strong>{row.label}</strong>
        </Link>
        <span className={styles.small}>
          {row.environment}
          {row.stableLabel !== undefined && ` · over ${row.stableLabel}`}
        </span>
      </td>
      <td className={styles.state}>
        <Mark tone={row.tone} glyph={stateGlyphs[row.state]} word={row.word} isStale={isStale} />
      </td>
      <td>
        <WeightBar
          weight={row.audience ?? row.weight}
          isAudience={row.audience !== undefined}
          step={row.step}
          isOpen={row.closedAt === undefined}
        />
      </td>
      <td className={styles.sentence}>
        {row.needs.map((need) => (
          <span key={need.says} className={styles.need}>
            {needText(need)}
          </span>
        ))}
        {row.sentence}
      </td>
      <td className={styles.age}>
        <Age row={row} heardMs={heardMs} />
      </td>
    </tr>
  );
});

/** A page of releases; on phones each row is a card of its own. */
export function ReleaseTable({
  rows,
  heardMs,
}: {
  readonly rows: readonly ReleaseLine[];
  readonly heardMs: number;
}) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Release</th>
          <th scope="col">State</th>
          <th scope="col">Traffic</th>
          <th scope="col">How it is</th>
          <th scope="col">Age</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} heardMs={heardMs} />
        ))}
      </tbody>
    </table>
  );
}
