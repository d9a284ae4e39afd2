import { Link } from '@tanstack/react-router';
import type { Explanation } from '../api/types.ts';
import { Panel } from '../parts/panel.tsx';
import styles from './explanation.module.css';

type Failing = NonNullable<Explanation['cases']>['failing'][number];
type Outcomes = NonNullable<NonNullable<Explanation['traffic']>['candidate']>;

function FailingCase({ id, failing }: { readonly id: string; readonly failing: Failing }) {
  const { candidate, stable, critical, failed } = failing;
  return (
    <li>
      <Link to="/r/$id" params={{ id }} search={{ tab: 'evaluation', show: 'failed', case: failing.id }}>
        {failing.id}
      </Link>
      {critical && ' (critical)'}: {candidate.passed} of {candidate.of} runs passed
      {stable !== undefined && `, stable ${stable.passed} of ${stable.of}`}
      {failed.length > 0 && `; did not hold: ${failed.join(', ')}`}
    </li>
  );
}

/** The cases that fail, what newly fails first, each with a link to both answers. */
export function FailingCases({ id, cases }: { readonly id: string; readonly cases: Explanation['cases'] }) {
  if (cases === undefined) return null;
  const { newlyFailing, stillFailing, repaired, flaky, failing } = cases;
  return (
    <Panel title="Cases that fail">
      <p>
        {newlyFailing} newly failing · {stillFailing} still failing · {repaired} repaired · {flaky} flaky
      </p>
      <ul className={styles.says}>
        {failing.map((one) => (
          <FailingCase key={one.id} id={id} failing={one} />
        ))}
      </ul>
    </Panel>
  );
}

function outcomesText({ requests, failed, rescued, failedOver }: Outcomes): string {
  const count = (number: number) => number.toLocaleString('en');
  return `${count(requests)} requests, ${count(failed)} failed, ${count(rescued)} rescued by stable, ${count(failedOver)} failed over`;
}

/** What became of the requests of both arms, as gateways have counted them. */
export function CountedTraffic({ traffic }: Pick<Explanation, 'traffic'>) {
  if (traffic === undefined) return null;
  return (
    <Panel title="Requests">
      <ul className={styles.says}>
        {traffic.candidate !== undefined && <li>candidate: {outcomesText(traffic.candidate)}</li>}
        {traffic.stable !== undefined && <li>stable: {outcomesText(traffic.stable)}</li>}
      </ul>
    </Panel>
  );
}
