import { lazy, Suspense } from 'react';
import type { ReleaseView } from '../../api/types.ts';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import { duration } from '../../words/ages.ts';
import type { ReleaseTabProps } from '../tab-props.ts';
import styles from './panels.module.css';

const TrafficChart = lazy(() => import('../../charts/traffic-chart.tsx'));

function Served({ traffic }: Pick<ReleaseView, 'traffic'>) {
  const { set, served } = traffic.audience ?? traffic;
  const share = traffic.audience === undefined ? `${set} %` : `${set} % of its audience`;
  if (served === set) return <>{share} set and served</>;
  return (
    <strong className={styles.attention}>
      ! {share} set, {served === null ? 'and gateways disagree about what they serve' : `${served} % served`}
    </strong>
  );
}

function Changes({ changes }: Pick<ReleaseView['traffic'], 'changes'>) {
  return (
    <ol className={styles.list}>
      {changes.map(({ at, version, weight, audience }) => (
        <li key={version}>
          <When iso={at} /> {audience === undefined ? `${weight} %` : `${audience} % of its audience`}{' '}
          <span className={styles.muted}>v{version}</span>
        </li>
      ))}
    </ol>
  );
}

/** The candidate's share: as set, as served, and how it came to be. */
export function TrafficPanel({ view, search }: ReleaseTabProps) {
  const { leaseLeftMs, lookAgeMs, changes } = view.traffic;
  return (
    <Panel title="Traffic">
      <p>
        <Served traffic={view.traffic} />
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
