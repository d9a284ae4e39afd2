import type { PinnedClientOptions } from '../../evals/targets/pinned-client.ts';
import { systemTime } from '../../evals/patience/time.ts';
import { createProbe } from '../../evals/targets/probe-client.ts';
import { probeTargets, remedyForDead, type ProbeReport } from '../../evals/targets/probe-targets.ts';
import { shortened } from '../../evals/summary.ts';
import type { GateResult } from '../evaluation/contract.ts';
import type { EvaluationSubject } from '../evaluation/evaluation-subject.ts';

/** A gateway of each environment that a release goes through; undefined where the worker knows none. */
export type EnvironmentGateways = ReadonlyMap<string, PinnedClientOptions | undefined>;

const mostBytes = 300;
/** So that two environments that fail alike are both told of, in bytes. */
const longestSentence = 100;

/**
 * Puts one tiny question to each target of the candidate, in each environment: a model, a key or a provider that is wrong
 * ends a release before anything is evaluated, whatever a fallback would have hidden.
 */
export async function probeRelease(
  gateways: EnvironmentGateways,
  { app, revision }: Pick<EvaluationSubject, 'app' | 'revision'>,
): Promise<ProbeReport> {
  const reports = await Promise.all(
    [...gateways].map(async ([environment, gateway]): Promise<ProbeReport> =>
      gateway === undefined
        ? { dead: [], unknown: [`${environment}: the worker knows none of its gateways`] }
        : await probeTargets(createProbe(gateway), { app, revision, environment }, { time: systemTime }),
    ),
  );
  return { dead: reports.flatMap(({ dead }) => dead), unknown: reports.flatMap(({ unknown }) => unknown) };
}

/** The gate of a release that has a dead target; undefined where none is known to be dead. */
export function gateOfProbes({ dead }: ProbeReport): GateResult | undefined {
  if (dead.length === 0) return undefined;
  const room = mostBytes - Buffer.byteLength(`. ${remedyForDead}`);
  return { outcome: 'fail', summary: `${listed(dead, room)}. ${remedyForDead}` };
}

/** As many of the sentences as there is room for, in bytes, and how many more there are: what to do has to stay readable. */
function listed(sentences: readonly string[], room: number): string {
  const [first = '', ...others] = sentences.map((each) =>
    shortened(each.replace(/\.$/, ''), Math.min(room, longestSentence)),
  );
  let text = first;
  for (const [index, next] of others.entries()) {
    const left = others.length - index;
    const more = left === 1 ? '' : ` (and ${left - 1} more)`;
    if (Buffer.byteLength(`${text}; ${next}${more}`) > room) return `${text} (and ${left} more)`;
    text = `${text}; ${next}`;
  }
  return text;
}
