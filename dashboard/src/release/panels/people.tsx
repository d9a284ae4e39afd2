import type { ReleaseView } from '../../api/types.ts';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import styles from './panels.module.css';

function Approval({ approval }: { readonly approval: NonNullable<ReleaseView['people']['approval']> }) {
  const { stage, needed, given, role } = approval;
  return (
    <>
      <dt>approval</dt>
      <dd>
        {given.length} of {needed} for {stage}, by the role {role} or above
        {given.map(({ subject, at }) => (
          <p key={subject}>
            ✔ {subject} <When iso={at} />
          </p>
        ))}
      </dd>
    </>
  );
}

/** Who has started it, who may not approve it, who has decided what. */
export function People({ view: { people } }: { readonly view: ReleaseView }) {
  const { startedBy, authors, approval, decidedBy, openReviews } = people;
  return (
    <Panel title="People">
      <dl className={styles.facts}>
        <dt>started by</dt>
        <dd>{startedBy}</dd>
        {authors.length > 0 && (
          <>
            <dt>authors</dt>
            <dd>{authors.join(', ')}</dd>
          </>
        )}
        {approval !== undefined && <Approval approval={approval} />}
        {decidedBy !== undefined && (
          <>
            <dt>ended by</dt>
            <dd>{decidedBy}</dd>
          </>
        )}
        {openReviews > 0 && (
          <>
            <dt>reviews</dt>
            <dd className={styles.attention}>! {openReviews} done past the rules and not signed off yet</dd>
          </>
        )}
      </dl>
    </Panel>
  );
}
