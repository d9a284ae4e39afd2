import type { ReleaseCheck, ReleaseDetail } from '../../../api/schemas/releases.ts';
import { tryoutPolicy } from '../../../domain/policy/policy.ts';
import type { DemoWorld } from '../../../examples/demo/world.ts';
import { waitFor } from '../../support/wait-for.ts';

const app = 'forgetful';
const subjects = 12;

const plan = {
  evaluate: 'skip',
  mirror: { samples: 10, minPairs: 5, margin: 0.9, maxWait: '15s' },
  steps: [{ weight: 100, hold: '1s', minExposures: 3 }],
  settle: '1s',
  lease: '6s',
};

export interface Forgetful {
  /** A release whose mirror has none but altered samples, more of them than it needs, and a candidate that answers all. */
  readonly ended: ReleaseDetail;
  /** What is said of a next one before it starts. */
  readonly check: ReleaseCheck;
  /** How its start was refused. */
  readonly refusal: unknown;
}

/** An app whose policy forbids to keep requests as they came, and whose callers write what redaction strikes. */
export async function releaseForgetfully({ api, stack }: DemoWorld): Promise<Forgetful> {
  await api.post(`/v1/apps/${app}/policy`, { policy: { ...tryoutPolicy, samples: { fresh: 'forbidden' } } });
  await api.post('/v1/apps', { name: app, publication: { plans: { default: plan }, suites: [] } });
  for (const label of ['v1', 'v2', 'v3']) {
    const content = { chain: [{ provider: 'openai', model: 'atlas-large' }], parameters: { user: label } };
    await api.post('/v1/revisions', { app, label, content });
  }
  const reason = 'a test of what is not kept';
  await api.post('/v1/apps', { name: app, stable: 'v1', skipEvaluation: true, reason });
  // Before anybody has asked nothing is known of the pace, so it may start, and wait.
  const { id } = await api.post<ReleaseDetail>('/v1/releases', { app, revision: 'v2', reason });
  await askAs(stack.connections.productionGateways[0] ?? '');
  const ended = await waitFor(
    async () => {
      const release = await api.get<ReleaseDetail>(`/v1/releases/${id}`);
      return release.closedAt !== undefined && release;
    },
    { what: 'the end of the forgetful release', timeoutMs: 120_000, intervalMs: 500 },
  );
  const next = { app, revision: 'v3', reason };
  const check = await api.post<ReleaseCheck>('/v1/releases/check', next);
  const refusal = await api.post('/v1/releases', next).catch((error: unknown) => error);
  return { ended, check, refusal };
}

async function askAs(gateway: string): Promise<void> {
  const content = 'Where is my card? Please write to ada@mail.example or call +49 30 1234567.';
  const ask = (subject: number) =>
    waitFor(
      async () => {
        const answer = await fetch(`${gateway}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-sluice-subject': `customer-${subject}` },
          body: JSON.stringify({ model: app, messages: [{ role: 'user', content }] }),
        });
        await answer.text();
        return answer.ok;
      },
      { what: 'an answer of the forgetful app', intervalMs: 200 },
    );
  await Promise.all(Array.from({ length: subjects }, (_, subject) => ask(subject)));
}
