import { useQuery } from '@tanstack/react-query';
import type { AuditVerdict } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { Panel } from '../parts/panel.tsx';
import { useSession } from '../session/session-context.ts';
import { whyNot } from '../words/why-not.ts';
import { verdictQuery } from './audit-queries.ts';
import styles from './audit.module.css';

/** The first say what happened; all of them are for the command. */
const mostFindings = 8;

function Verdict({ verdict }: { readonly verdict: AuditVerdict }) {
  const { ok, verified, pending, sealed, brokenAt, findings, head } = verdict;
  const count = (number: number) => number.toLocaleString('en');
  return (
    <>
      <p>
        <Mark tone={ok ? 'good' : 'bad'} glyph={ok ? '✔' : '✖'} word={ok ? 'holds' : 'broken'} />{' '}
        {count(verified)} entries hold, {count(sealed)} of them sealed
        {pending > 0 && `, ${count(pending)} wait for their place`}
        {brokenAt !== undefined && <strong> · it breaks at entry {brokenAt}</strong>}
      </p>
      <ul className={styles.findings}>
        {findings.slice(0, mostFindings).map(({ kind, what }, i) => (
          <li key={i}>
            {kind}: {what}
          </li>
        ))}
      </ul>
      {findings.length > mostFindings && (
        <p className={styles.muted}>
          and {findings.length - mostFindings} more: <code>sluice audit --verify</code>
        </p>
      )}
      <p className={styles.muted}>
        Head <code className={styles.head64}>{head}</code>
      </p>
    </>
  );
}

/** Whether nothing of the log was changed or taken away, recomputed from its first entry on. */
export function ChainPanel() {
  const { api } = useSession();
  const { data, error, isFetching, refetch } = useQuery(verdictQuery(api));
  return (
    <Panel
      title="The chain"
      aside={
        <Button disabled={isFetching} onClick={() => void refetch()}>
          {isFetching ? 'Recomputing …' : 'Recompute it'}
        </Button>
      }
    >
      {error !== null && <p role="alert">✖ {whyNot(error)}</p>}
      {data === undefined ? (
        <p className={styles.muted}>
          Each entry has the hash of the one before. Recomputed from the first one on, it shows whether any
          was changed or taken away.
        </p>
      ) : (
        <Verdict verdict={data} />
      )}
    </Panel>
  );
}
