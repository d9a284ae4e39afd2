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

const whatWords = { failed: 'failed', rescued: 'rescued by stable', 'failed-over': 'failed over' } as const;

function Reasons({ arm, outcomes }: { readonly arm: string; readonly outcomes: Outcomes | undefined }) {
  return (outcomes?.reasons ?? []).map(({ target, kind, status, what, calls }) => (
    <tr key={`${target} ${kind} ${status ?? ''} ${what}`}>
      <td>{arm}</td>
      <td>{target}</td>
      <td>{status === undefined ? kind : `${kind} ${status}`}</td>
      <td>{whatWords[what]}</td>
      <td>{calls.toLocaleString('en')}</td>
    </tr>
  ));
}

/** Why calls gave no answer: whom, how, and what became of the request. */
function ReasonTable({ traffic }: { readonly traffic: NonNullable<Explanation['traffic']> }) {
  const { candidate, stable } = traffic;
  if ((candidate?.reasons ?? []).length + (stable?.reasons ?? []).length === 0) return null;
  return (
    <table className={styles.table}>
      <caption>Calls that gave no answer</caption>
      <thead>
        <tr>
          {['Arm', 'Model', 'What it did', 'The request', 'Calls'].map((each) => (
            <th key={each} scope="col">
              {each}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Reasons arm="candidate" outcomes={candidate} />
        <Reasons arm="stable" outcomes={stable} />
      </tbody>
    </table>
  );
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
      <ReasonTable traffic={traffic} />
    </Panel>
  );
}
