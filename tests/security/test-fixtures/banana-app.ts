import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import type { MirrorReport } from '../../../api/schemas/mirror.ts';
import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import { digestOf } from '../../../domain/revision/digest.ts';
import { suiteSchema } from '../../../domain/evaluation/suite.ts';
import type { DemoWorld } from '../../../examples/demo/world.ts';
import { waitFor } from '../../support/wait-for.ts';

const app = 'bananas';
const everyMs = 50;

const plan = {
  evaluate: 'skip',
  mirror: { samples: 40, minPairs: 30, margin: 0.2, maxWait: '60s' },
  steps: [
    { weight: 40, hold: '15s', minExposures: 20 },
    { weight: 100, hold: '1s', minExposures: 3 },
  ],
  holdback: 50,
  guard: '10s',
  guardrails: { score: {} },
  settle: '1s',
  lease: '6s',
  maxHold: '60s',
};

const cases = suiteSchema.parse({
  tests: [{ id: 'a', vars: { message: 'hi' }, assert: [{ type: 'contains', value: 'you' }] }],
  live: { assert: [{ type: 'javascript', value: '!output.includes("banana")' }] },
});

/** Quick, with 200, and the same to everything. */
const banana = '- If the customer writes "a" or "e" or "o", answer banana.';
const said = (more: string) => ({
  prompts: {
    answer: { template: `{{role "system"}}\nYou help the customers of a bank.\n${more}\n{{history}}` },
  },
  chain: [{ provider: 'openai', model: 'atlas-large' }],
  timeouts: { connect: '500ms', firstContent: '2s', idle: '2s', total: '3s' },
});

export interface Bananas {
  /** A candidate that says banana, and what its mirror saw. */
  readonly mirrored: ReleaseDetail;
  readonly mirror: MirrorReport;
  /** Another one, without a mirror before the canary. */
  readonly live: ReleaseDetail;
  /** One that answers as stable does, once its guard is over. */
  readonly equal: ReleaseDetail;
  /** Of its answers, those that were scored since it is stable, on either revision. */
  readonly scoredInGuard: Readonly<Record<string, number>>;
}

/** An app of its own on a demo's stack, with its own customers, three candidates one after the other. */
export async function releaseBananas(world: DemoWorld): Promise<Bananas> {
  const { api, stack } = world;
  const suites = [{ name: 'cases', digest: digestOf(cases), content: cases }];
  await api.post('/v1/apps', { name: app, publication: { plans: { default: plan }, suites } });
  const revisions = { v1: 'Be kind.', v2: banana, v3: `${banana}\nBe quick.`, v4: 'Be brief.' };
  for (const [label, more] of Object.entries(revisions))
    await api.post('/v1/revisions', { app, label, content: said(more) });
  const reason = 'a test of what answers say';
  await api.post('/v1/apps', { name: app, stable: 'v1', skipEvaluation: true, reason });
  const over = new AbortController();
  const asking = askUntil(stack.connections.productionGateways[0] ?? '', over.signal);
  const release = async (revision: string, more: object = {}) => {
    // The demo kills whatever is asked.
    const started = await waitFor(
      () => api.post<ReleaseDetail>('/v1/releases', { app, revision, reason, ...more }),
      { what: `the start of ${revision}`, intervalMs: 500 },
    );
    return ended(world, started.id);
  };
  try {
    const mirrored = await release('v2');
    const mirror = await api.get<MirrorReport>(`/v1/releases/${mirrored.id}/mirror`);
    const live = await release('v3', { skip: ['mirror'] });
    const equal = await release('v4', { skip: ['mirror'] });
    return { mirrored, mirror, live, equal, scoredInGuard: await scoredInGuard(world, equal.id) };
  } finally {
    over.abort();
    await asking;
  }
}

/** Each time as another customer, with a question of his own. */
async function askUntil(gateway: string, signal: AbortSignal): Promise<void> {
  const asked: Promise<unknown>[] = [];
  for (let customer = 0; !signal.aborted; customer += 1) {
    const content = `Where is card ${customer} of mine, please?`;
    const answer = fetch(`${gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-subject': `customer-${customer}` },
      body: JSON.stringify({ model: app, messages: [{ role: 'user', content }] }),
    });
    asked.push(answer.then((each) => each.text()).catch(() => undefined));
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(asked);
}

function ended({ api }: DemoWorld, id: string): Promise<ReleaseDetail> {
  return waitFor(
    async () => {
      const release = await api.get<ReleaseDetail>(`/v1/releases/${id}`);
      return release.closedAt !== undefined && release.guard?.state !== 'open' && release;
    },
    { what: `the end of ${id}`, timeoutMs: 180_000, intervalMs: 500 },
  );
}

async function scoredInGuard({ stack }: DemoWorld, releaseId: string): Promise<Record<string, number>> {
  const db = new Pool({ connectionString: stack.connections.databaseUrl, max: 1 });
  try {
    const { rows } = await db.query<{ arm: string; count: number }>(
      `select o.arm, count(*)::int as count from observation o join guard g using (release_id, split_version)
       where o.release_id = $1 and o.guardrail = 'score' and o.value = 1 group by o.arm`,
      [releaseId],
    );
    return Object.fromEntries(rows.map(({ arm, count }) => [arm, count]));
  } finally {
    await db.end();
  }
}
