import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SplitChange } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { useSession } from '../session/session-context.ts';
import styles from './app-page.module.css';
import { historyQuery } from './app-queries.ts';

function changeText({ kind, stable, candidate }: SplitChange): string {
  const now = stable?.label ?? 'nothing';
  if (candidate === undefined) return `${kind}: ${now} serves`;
  const { label, weight, audience } = candidate;
  const share = audience === undefined ? `${weight} %` : `${audience} % of its audience`;
  return `${kind}: ${label} at ${share}, over ${now}`;
}

function Change({ change }: { readonly change: SplitChange }) {
  const { at, actor, reason, tookOut, releaseId } = change;
  return (
    <li>
      <span className={styles.muted}>
        <When iso={at} /> v{change.version}
      </span>{' '}
      {releaseId === undefined ? (
        changeText(change)
      ) : (
        <Link to="/r/$id" params={{ id: releaseId }}>
          {changeText(change)}
        </Link>
      )}
      {tookOut.length > 0 && (
        <span className={styles.bad}> · took out {tookOut.map(({ label }) => label).join(', ')}</span>
      )}
      <span className={styles.muted}>
        {' '}
        · {actor}: {reason}
      </span>
    </li>
  );
}

interface HistoryProps {
  readonly app: string;
  readonly environment: string;
}

/** What an environment has served: each change, by whom and why. */
export function History({ app, environment }: HistoryProps) {
  const { api } = useSession();
  const query = useQuery(historyQuery(api, app, environment));
  return (
    <Panel title={`What ${environment} has served`}>
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>Nothing yet.</Empty>
          ) : (
            <ol className={styles.list} tabIndex={0} aria-label="Changes, newest first">
              {items.map((change) => (
                <Change key={change.version} change={change} />
              ))}
            </ol>
          )
        }
      </Asked>
    </Panel>
  );
}
