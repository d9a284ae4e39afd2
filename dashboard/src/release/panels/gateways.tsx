import type { ReleaseView } from '../../api/types.ts';
import { Empty } from '../../parts/empty.tsx';
import { Panel } from '../../parts/panel.tsx';
import { duration } from '../../words/ages.ts';
import styles from './panels.module.css';

const glyphs = { serving: '✔', waiting: '◌', refused: '✖' } as const;
const tones = { serving: styles.good, waiting: styles.attention, refused: styles.bad } as const;

/** Which gateways, and applications that decide themselves, serve what is set, at which version, and when each was last heard of. */
export function Gateways({ view: { gateways, traffic } }: { readonly view: ReleaseView }) {
  const clients = gateways.filter(({ kind }) => kind === 'client');
  const others = clients.length === 0 ? '' : `, clients ${servingOf(clients)}`;
  const at = traffic.splitVersion === undefined ? '' : ` at v${traffic.splitVersion}`;
  return (
    <Panel title={`Gateways ${servingOf(gateways.filter(({ kind }) => kind === 'gateway'))}${others}${at}`}>
      {gateways.length === 0 ? (
        <Empty>No live gateway in this environment.</Empty>
      ) : (
        <ul className={styles.list}>
          {gateways.map(({ gatewayId, state, version, reason, heartbeatAgeMs }, i) => (
            <li key={`${gatewayId} ${i}`}>
              <span className={tones[state]}>
                <span aria-hidden="true">{glyphs[state]}</span> {state}
              </span>{' '}
              {gatewayId}
              {version !== undefined && ` v${version}`}{' '}
              <span className={styles.muted}>heard {duration(heartbeatAgeMs)} ago</span>
              {reason !== undefined && <p className={styles.muted}>{reason}</p>}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function servingOf(some: ReleaseView['gateways']): string {
  return `${some.filter(({ state }) => state === 'serving').length}/${some.length}`;
}
