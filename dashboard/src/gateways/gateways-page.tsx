import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { GatewaysView, Replica } from '../api/types.ts';
import { useNow } from '../live/now.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { Mark } from '../parts/mark.tsx';
import { Panel } from '../parts/panel.tsx';
import { useSession } from '../session/session-context.ts';
import { duration } from '../words/ages.ts';
import { gatewaysQuery } from './gateways-query.ts';
import styles from './gateways.module.css';
import { replicaLook, servedLooks, servedText } from './served-words.ts';

type Served = Replica['apps'][number];

function ServedApp({ served, isLive }: { readonly served: Served; readonly isLive: boolean }) {
  const { app, state, reason } = served;
  const { glyph, tone } = servedLooks[state];
  return (
    <tr>
      <th scope="row">
        <Link to="/apps/$app" params={{ app }}>
          {app}
        </Link>
      </th>
      <td>
        <Mark tone={isLive ? tone : 'over'} glyph={glyph} word={state} />
      </td>
      <td>
        {servedText(served)}
        {reason !== undefined && <p className={styles.muted}>{reason}</p>}
      </td>
    </tr>
  );
}

function ReplicaRow({ replica, readMs }: { readonly replica: Replica; readonly readMs: number }) {
  const { id, kind, live, heartbeatAgeMs, serving, of, apps } = replica;
  const nowMs = useNow();
  const { glyph, tone, word } = replicaLook(replica);
  return (
    <li className={styles.replica}>
      <div className={styles.top}>
        <h3>{id}</h3>
        <Mark tone={tone} glyph={glyph} word={word} />
        <span className={styles.muted}>
          {kind === 'client' && 'decides by itself · '}heard{' '}
          {duration(heartbeatAgeMs + Math.max(0, nowMs - readMs))} ago
        </span>
      </div>
      {of === 0 ? (
        <p className={styles.muted}>nothing to serve here yet</p>
      ) : (
        <details open={live && serving < of ? true : undefined}>
          <summary>
            {serving} of {of} {of === 1 ? 'app' : 'apps'} as set
          </summary>
          <table className={styles.table}>
            <tbody>
              {apps.map((served) => (
                <ServedApp key={served.app} served={served} isLive={live} />
              ))}
            </tbody>
          </table>
          {of > apps.length && <p className={styles.muted}>and {of - apps.length} more, served as set</p>}
        </details>
      )}
    </li>
  );
}

function Environment({
  place,
  readMs,
}: {
  readonly place: GatewaysView['environments'][number];
  readonly readMs: number;
}) {
  const { environment, replicas } = place;
  const live = replicas.filter((replica) => replica.live);
  const well = live.filter(({ serving, of }) => serving === of);
  return (
    <Panel title={`${environment}: ${well.length} of ${live.length} serve what is set`}>
      {replicas.length === 0 ? (
        <Empty>No gateway was heard of in the last hour: nothing is answered here by Sluice.</Empty>
      ) : (
        <ul className={styles.replicas}>
          {replicas.map((replica, i) => (
            <ReplicaRow key={`${replica.id} ${i}`} replica={replica} readMs={readMs} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Who answers, and by which version of what is set: gateways, and applications that decide by themselves. */
export default function GatewaysPage() {
  const { api } = useSession();
  const query = useQuery(gatewaysQuery(api));
  return (
    <>
      <title>Gateways · Sluice</title>
      <h1 className={styles.title}>Gateways</h1>
      <Asked query={query}>
        {({ environments, askedMs }) => (
          <div className={styles.page}>
            {environments.map((place) => (
              <Environment key={place.environment} place={place} readMs={askedMs} />
            ))}
          </div>
        )}
      </Asked>
    </>
  );
}
