import { useQuery } from '@tanstack/react-query';
import type { EvaluatedCase } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Panel } from '../parts/panel.tsx';
import said from '../parts/said.module.css';
import { useSession } from '../session/session-context.ts';
import { caseQuery } from './evaluation-queries.ts';
import styles from './evaluation.module.css';

type Answer = EvaluatedCase['candidate'][number];

const glyphs = { passed: '✔', failed: '✖', error: '!' } as const;

function AnswerText({ answer }: { readonly answer: Answer }) {
  const { repeat, target, verdict, output, error, reasons } = answer;
  return (
    <li>
      <p>
        <span aria-hidden="true">{glyphs[verdict]}</span> {verdict}{' '}
        <span className={styles.muted}>
          run {repeat + 1}
          {target > 0 && `, model ${target + 1} of its chain`}
        </span>
      </p>
      {output !== undefined && <pre className={said.text}>{output}</pre>}
      {error !== undefined && <p className={styles.attention}>{error}</p>}
      {reasons.map((reason) => (
        <p key={reason} className={styles.small}>
          {reason}
        </p>
      ))}
    </li>
  );
}

function Arm({ title, answers }: { readonly title: string; readonly answers: readonly Answer[] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {answers.length === 0 && <p className={styles.muted}>No answer is kept.</p>}
      <ol className={styles.answers}>
        {answers.map((answer) => (
          <AnswerText key={`${answer.target} ${answer.repeat}`} answer={answer} />
        ))}
      </ol>
    </section>
  );
}

/** One case: what was asked, and what both revisions said. For who may read content. */
export function CasePanel({ id, name }: { readonly id: string; readonly name: string }) {
  const { api } = useSession();
  const query = useQuery(caseQuery(api, id, name));
  return (
    <Panel title={`Case ${name}`}>
      <Asked query={query}>
        {({ question, assertions, candidate, stable }) => (
          <>
            <pre className={said.text}>{JSON.stringify(question, null, 2)}</pre>
            <details>
              <summary>What has to hold</summary>
              <pre className={said.text}>{JSON.stringify(assertions, null, 2)}</pre>
            </details>
            <div className={styles.halves}>
              <Arm title="Candidate" answers={candidate} />
              <Arm title="Stable" answers={stable} />
            </div>
          </>
        )}
      </Asked>
    </Panel>
  );
}
