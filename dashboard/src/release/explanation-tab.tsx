import { useQuery } from '@tanstack/react-query';
import { explanationQuery } from '../api/queries.ts';
import type { Explanation } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Panel } from '../parts/panel.tsx';
import { useSession } from '../session/session-context.ts';
import { CountedTraffic, FailingCases } from './explained-facts.tsx';
import styles from './explanation.module.css';
import type { ReleaseTabProps } from './tab-props.ts';

function Sentences({ title, says }: { readonly title: string; readonly says: readonly string[] }) {
  if (says.length === 0) return null;
  return (
    <Panel title={title}>
      <ul className={styles.says}>
        {says.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Stages({ stages }: Pick<Explanation, 'stages'>) {
  return (
    <Panel title="Stages">
      <ul className={styles.says}>
        {stages.map(({ stage, outcome, summary, looks }) => (
          <li key={stage}>
            <strong>{stage}</strong> {outcome}
            {looks > 0 && `, ${looks} checks`}: {summary}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Why it went as it did, in the sentences that the command has, too. */
export default function ExplanationTab({ view }: ReleaseTabProps) {
  const { api } = useSession();
  const query = useQuery(explanationQuery(api, view.row.id));
  return (
    <Asked query={query}>
      {(explanation) => (
        <div className={styles.page}>
          <Sentences title="Why" says={explanation.says} />
          <Sentences title="What would have changed it" says={explanation.whatWouldChange} />
          <FailingCases id={view.row.id} cases={explanation.cases} />
          <CountedTraffic traffic={explanation.traffic} />
          <Stages stages={explanation.stages} />
        </div>
      )}
    </Asked>
  );
}
