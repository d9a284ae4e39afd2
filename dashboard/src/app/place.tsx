import type { AppView } from '../api/types.ts';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { readyLooks } from '../release/panels/way-back.tsx';
import { WeightBar } from '../releases/weight-bar.tsx';
import styles from './app-page.module.css';

type PlaceView = AppView['places'][number];

function Candidate({ candidate }: { readonly candidate: NonNullable<PlaceView['active']>['candidate'] }) {
  if (candidate === undefined) return <p className={styles.muted}>no candidate on the traffic</p>;
  const { label, audience, weight } = candidate;
  const { set, served = set } = audience ?? { set: weight, served: candidate.served };
  return (
    <>
      <p>
        candidate <strong>{label}</strong>
      </p>
      <WeightBar weight={{ set, served }} isAudience={audience !== undefined} step={undefined} isOpen />
    </>
  );
}

/** What serves an environment, by which gateways, and where one press would go. */
export function Place({ place: { environment, active, gateways, wayBack } }: { readonly place: PlaceView }) {
  if (active === undefined) {
    return (
      <Panel title={environment}>
        <Empty>Nothing serves here yet.</Empty>
      </Panel>
    );
  }
  const serving = gateways.filter(({ state }) => state === 'serving').length;
  const models = active.stable?.chain.map(({ provider, model }) => `${provider}/${model}`).join(' → ');
  return (
    <Panel title={environment}>
      <p>
        stable <strong>{active.stable?.label ?? 'none'}</strong>{' '}
        <span className={styles.muted}>v{active.version}</span>
      </p>
      {models !== undefined && <p className={styles.muted}>{models}</p>}
      <Candidate candidate={active.candidate} />
      <p>
        {serving} of {gateways.length} gateways serve it
      </p>
      {wayBack !== undefined && (
        <p className={styles.muted}>
          way back: {wayBack.to !== undefined && `${wayBack.to}, `}
          {readyLooks[wayBack.state].says}
        </p>
      )}
    </Panel>
  );
}
