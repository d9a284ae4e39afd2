import { lazy, Suspense } from 'react';
import type { ReleaseView } from '../../api/types.ts';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import { duration } from '../../words/ages.ts';
import type { ReleaseTabProps } from '../tab-props.ts';
import styles from './panels.module.css';

const TrafficChart = lazy(() => import('../../charts/traffic-chart.tsx'));

function Served({ set, served }: Pick<ReleaseView['traffic'], 'set' | 'served'>) {
  if (served === set) return <>{set} % set and served</>;
  return (
    <strong className={styles.attention}>
      ! {set} % set, {served === null ? 'and gateways disagree about what they serve' : `${served} % served`}
    </strong>
  );
}

function Changes({ changes }: Pick<ReleaseView['traffic'], 'changes'>) {
  return (
    <ol className={styles.list}>
      {changes.map(({ at, version, weight }) => (
        <li key={version}>
          <When iso={at} /> {weight} % <span className={styles.muted}>v{version}</span>
        </li>
      ))}
    </ol>
  );
}

/** The candidate's share: as set, as served, and how it came to be. */
export function TrafficPanel({ view, search }: ReleaseTabProps) {
  const { set, served, leaseLeftMs, lookAgeMs, changes } = view.traffic;
  return (
    <Panel title="Traffic">
      <p>
        <Served set={set} served={served} />
        {lookAgeMs !== undefined && (
          <span className={styles.muted}> · last check {duration(lookAgeMs)} ago</span>
        )}
        {leaseLeftMs !== undefined && (
          <span className={styles.muted}> · lease {duration(leaseLeftMs)} left</span>
        )}
      </p>
      {search.table === 'yes' ? (
        <Changes changes={changes} />
      ) : (
        <Suspense>{changes.length > 0 && <TrafficChart view={view} />}</Suspense>
      )}
    </Panel>
  );
}
