import { useQuery } from '@tanstack/react-query';
import { ApiProblem } from '../api/client.ts';
import type { MirrorReport } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import type { ReleaseTabProps } from '../release/tab-props.ts';
import { useSession } from '../session/session-context.ts';
import { mirrorQuery } from './mirror-queries.ts';
import styles from './mirror.module.css';
import { Pairs } from './pairs.tsx';
import { Predictions } from './predictions.tsx';

function Summary({ report }: { readonly report: MirrorReport }) {
  const { outcome = 'running', summary, samples, minPairs } = report;
  return (
    <p>
      <strong>{outcome}</strong>
      {summary !== undefined && `: ${summary}`}{' '}
      <span className={styles.muted}>
        {samples} requests asked again, {minPairs} needed
      </span>
    </p>
  );
}

/** What the mirror has shown: what it predicted and what came, and the pairs that differ, the worst first. */
export default function MirrorTab({ view, search }: ReleaseTabProps) {
  const { api } = useSession();
  const query = useQuery(mirrorQuery(api, view.row.id));
  if (query.error instanceof ApiProblem && query.error.status === 404) {
    return (
      <Panel title="Mirror">
        <Empty>This release has no mirror: its plan has none, or it has not come that far.</Empty>
      </Panel>
    );
  }
  return (
    <Asked query={query}>
      {(report) => (
        <div className={styles.page}>
          <Panel title="Mirror">
            <Summary report={report} />
          </Panel>
          <Predictions report={report} />
          <Pairs view={view} search={search} report={report} />
        </div>
      )}
    </Asked>
  );
}
