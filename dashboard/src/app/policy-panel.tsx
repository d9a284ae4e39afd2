import { useQuery } from '@tanstack/react-query';
import type { AppView } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Panel } from '../parts/panel.tsx';
import { useSession } from '../session/session-context.ts';
import styles from './app-page.module.css';
import { policyQuery } from './app-queries.ts';

interface PolicyPanelProps {
  readonly app: string;
  readonly policy: AppView['policy'];
  readonly queued: number;
}

function scopeText({ scope, version }: AppView['policy']): string {
  if (version === 0) return 'the one that Sluice ships';
  return scope === '*' ? `the default, version ${version}` : `its own, version ${version}`;
}

/** By which policy an app goes, whole. */
export function PolicyPanel({ app, policy, queued }: PolicyPanelProps) {
  const { api } = useSession();
  const query = useQuery(policyQuery(api, app));
  return (
    <Panel title="Policy">
      <p>
        {scopeText(policy)} <code>{policy.digest.slice(0, 12)}…</code>
      </p>
      {queued > 0 && (
        <p>
          {queued} {queued === 1 ? 'release waits for its turn' : 'releases wait for their turn'}
        </p>
      )}
      <Asked query={query}>
        {(inForce) => (
          <details>
            <summary>The whole of it</summary>
            <pre className={styles.policy} tabIndex={0} aria-label="The policy">
              {JSON.stringify(inForce.policy, null, 2)}
            </pre>
          </details>
        )}
      </Asked>
    </Panel>
  );
}
