import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { MirroredPairs, MirrorReport } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import said from '../parts/said.module.css';
import type { ReleaseTabProps } from '../release/tab-props.ts';
import { useSession } from '../session/session-context.ts';
import { pairsQuery } from './mirror-queries.ts';
import styles from './mirror.module.css';

type Pair = MirroredPairs['items'][number];

function Answer({ title, answer }: { readonly title: string; readonly answer: Pair['candidate'] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {answer === undefined ? (
        <p className={styles.muted}>no answer</p>
      ) : (
        <>
          <pre className={said.text} tabIndex={0} aria-label={`${title}'s answer`}>
            {answer.text}
          </pre>
          {answer.calls.map((call) => (
            <code key={call}>{call}</code>
          ))}
        </>
      )}
    </section>
  );
}

function Request({ request }: Pick<Pair, 'request'>) {
  if (request === undefined) return <p className={styles.muted}>The request has expired.</p>;
  return (
    <ol>
      {request.earlierTurns > 0 && <li className={styles.muted}>⋯ {request.earlierTurns} earlier turns</li>}
      {request.turns.map(({ role, text }, i) => (
        <li key={i}>
          <span className={styles.muted}>{role}</span> {text}
        </li>
      ))}
    </ol>
  );
}

/** A pair, both answers side by side. What they say is for who may read content. */
function PairContent({ id, sample }: { readonly id: string; readonly sample: string }) {
  const { api } = useSession();
  const query = useQuery(pairsQuery(api, id));
  return (
    <Asked query={query}>
      {({ items }) => {
        const pair = items.find((item) => item.id === sample);
        if (pair === undefined) return <Empty>This pair is not kept any more.</Empty>;
        return (
          <>
            <Request request={pair.request} />
            <div className={styles.halves}>
              <Answer title="Candidate" answer={pair.candidate} />
              <Answer title="Stable" answer={pair.stable} />
            </div>
          </>
        );
      }}
    </Asked>
  );
}

interface PairsProps extends ReleaseTabProps {
  readonly report: MirrorReport;
}

/** The pairs to look at, the worst first, each with a link of its own. */
export function Pairs({ view, search, report: { worst } }: PairsProps) {
  return (
    <Panel title="Pairs to look at, the worst first">
      {worst.length === 0 && <Empty>No pair stands out.</Empty>}
      <ol className={styles.pairs}>
        {worst.map(({ id, later, why }) => {
          const isOpen = search.case === id;
          return (
            <li key={id}>
              <Link
                to="/r/$id"
                params={{ id: view.row.id }}
                search={{ tab: 'mirror', ...(isOpen ? {} : { case: id }) }}
                replace
                data-row
              >
                {isOpen ? '▾' : '▸'} {id}
              </Link>{' '}
              {why.join(', ')}
              {later && <span className={styles.muted}> · a later turn</span>}
              {isOpen && <PairContent id={view.row.id} sample={id} />}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
