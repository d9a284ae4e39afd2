import { createLookActivities } from '../../activities/looks/look.ts';
import { readCounts } from '../../config-store/looks/read-counts.ts';
import { setApp } from '../../config-store/apps/set-app.ts';
import type { LookResult } from '../../activities/looks/contract.ts';
import type { RunningGateway } from '../../gateway/start-gateway.ts';
import {
  ask,
  asJson,
  createApp,
  environment,
  keyFor,
  release,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { waitFor } from '../support/wait-for.ts';

// The stories "no key to rollback" and "no key to hide": what callers say of themselves neither takes a good candidate
// back nor lets a bad one pass; what gateways see decides. With SLUICE_SECURITY=full the counts.

const gateways = useGateways();
const count = process.env['SLUICE_SECURITY'] === 'full' ? 300 : 60;
const mini = { chain: [{ provider: 'openai', model: 'atlas-mini' }], timeouts: { total: '2s' } };

interface Story {
  app: string;
  releaseId: string;
  version: number;
  gateway: RunningGateway;
  key: Record<string, string>;
}

async function begin({ judged = false } = {}): Promise<Story> {
  const { db } = gateways.stage;
  const { app } = await createApp(db, mini);
  if (judged) await setApp(db, { app, settings: { reports: 'judged' }, actor: 'user:ada' });
  const { headers: key } = await keyFor(db, app);
  const counting = {
    shortHorizonMs: 200,
    longHorizonMs: 600,
    slowMs: 500,
    ...(judged ? { reports: 'judged' } : {}),
  };
  const { releaseId, version } = await release(db, app, {
    weight: 50,
    content: { ...mini, parameters: { x: 1 } },
    counting,
  });
  return { app, releaseId, version, gateway: await gateways.start(), key };
}

/** Requests of callers who want nothing but answers. */
async function honest({ app, gateway }: Story, times = count): Promise<void> {
  for (let i = 0; i < times; i += 10) {
    await Promise.all(
      Array.from({ length: 10 }, (_, j) =>
        ask(gateway.url, app, { headers: { 'x-sluice-subject': `customer-${i + j}` } }),
      ),
    );
  }
}

async function post({ gateway }: Story, path: string, body: object, headers: object): Promise<Response> {
  return fetch(gateway.url + path, {
    ...asJson,
    headers: { ...asJson.headers, ...headers },
    body: JSON.stringify(body),
  });
}

type Assigned = { arm: string; assignment: string };

/** What the gateway tells anybody of a subject. */
async function assign(story: Story, of: object): Promise<Assigned> {
  return (await (await post(story, '/v1/assign', { app: story.app, ...of }, {})).json()) as Assigned;
}

/** As many subjects of an arm as are asked for, by what `/v1/assign` tells of them without a key. */
async function subjectsOf(story: Story, arm: string, times: number): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; found.length < times; i += 1) {
    const subject = `tried-${i}`;
    if ((await assign(story, { subject })).arm === arm) found.push(subject);
  }
  return found;
}

/** One request of each, ten at a time. */
async function askAs({ app, gateway }: Story, all: readonly Record<string, string>[]): Promise<void> {
  for (let i = 0; i < all.length; i += 10)
    await Promise.all(all.slice(i, i + 10).map((headers) => ask(gateway.url, app, { headers })));
}

/** False outcomes, one for each of many assignments, that say the same of one arm. */
async function tell(story: Story, arm: string, outcome: string, headers: object): Promise<number[]> {
  const outcomes: object[] = [];
  for (let i = 0; outcomes.length < count; i += 1) {
    const assigned = await assign(story, { subject: `told-${i}` });
    if (assigned.arm === arm) outcomes.push({ assignment: assigned.assignment, outcome, latencyMs: 5 });
  }
  const sent = await Promise.all(
    outcomes.map((each, i) => post(story, '/v1/outcomes', { batch: `b${i}`, outcomes: [each] }, headers)),
  );
  return [...new Set(sent.map(({ status }) => status))];
}

const countsOf = async ({ app, releaseId, version }: Story) => {
  const request = { app, environment, splitVersions: [version], releaseId };
  return (await readCounts(gateways.stage.db, request)).versions[0]!;
};
const armsOf = async (story: Story) => (await countsOf(story)).arms;

/** The look at the end of the hold, once everything is settled. */
async function look(story: Story): Promise<LookResult> {
  const { releaseId, version: splitVersion } = story;
  await waitFor(
    async () => {
      const { candidate, stable } = await armsOf(story);
      const [c, s] = [candidate.counts, stable.counts];
      return c.admitted + s.admitted > 0 && c.settled?.long === c.admitted && s.settled?.long === s.admitted;
    },
    { what: 'everything to be settled' },
  );
  return createLookActivities({ db: gateways.stage.db }).takeLook({
    ...{ releaseId, stage: 'canary-50', look: 0, splitVersion, weight: 50, leaseMs: 60_000, promote: false },
    ...{ elapsedMs: 60_000, heldMs: 60_000, holdMs: 60_000, deadlineMs: 120_000, minExposures: 10 },
  });
}

/** Asks and leaves before there is an answer. */
async function leave({ app, gateway }: Story, subject: string, headers: object = {}): Promise<void> {
  const leaving = new AbortController();
  const asked = fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...asJson.headers, 'x-sluice-subject': subject, ...headers },
    body: JSON.stringify({ model: app, messages: [{ role: 'user', content: subject }] }),
    signal: leaving.signal,
  }).catch(() => undefined);
  setTimeout(() => {
    leaving.abort();
  }, 20);
  await asked;
}

describe('a good candidate', () => {
  it('passes whatever is told without a key, and that counts nothing (32)', async () => {
    const story = await begin();
    await honest(story);
    expect(await tell(story, 'candidate', 'error', {})).toEqual([401]);
    expect(await tell(story, 'candidate', 'timeout', { authorization: 'Bearer any' })).toEqual([401]);
    for (let i = 0; i < 10; i += 1)
      await ask(story.gateway.url, story.app, { headers: { 'x-stainless-retry-count': '3' } });
    const { candidate, stable } = await armsOf(story);
    expect(candidate.counts.failed + stable.counts.failed).toBe(0);
    expect(await look(story)).toMatchObject({ verdict: 'pass' });
  });

  it('is not taken back by the holder of a key who tells errors: it waits, and says why', async () => {
    const story = await begin();
    await honest(story);
    expect(await tell(story, 'candidate', 'error', story.key)).toEqual([200]);
    await waitFor(async () => (await armsOf(story)).candidate.counts.callersWord?.reported === count, {
      what: 'the reports',
    });
    expect(await look(story)).toMatchObject({
      verdict: 'wait',
      reason: expect.stringMatching(/of the candidate are reported by callers/) as string,
    });
  });

  it('is not taken back by callers who leave', async () => {
    const story = await begin();
    await honest(story);
    await gateways.fault({ model: 'atlas-mini', kind: 'hang' });
    for (let i = 0; i < count; i += 10)
      await Promise.all(Array.from({ length: 10 }, (_, j) => leave(story, `gone-${i + j}`)));
    await waitFor(
      async () => {
        const { candidate, stable } = await armsOf(story);
        return (
          (candidate.counts.callersWord?.left ?? 0) + (stable.counts.callersWord?.left ?? 0) >= count * 0.9
        );
      },
      { what: 'those who left' },
    );
    expect((await look(story)).verdict).not.toBe('fail');
  });

  it('is not taken back by callers who choose the subjects of one arm, and what is told of them hides nothing', async () => {
    const story = await begin();
    await honest(story);
    const chosen = await subjectsOf(story, 'candidate', count);
    await askAs(
      story,
      chosen.map((subject) => ({ 'x-sluice-subject': subject })),
    );
    // Whoever is told the arm of a subject is seen with it, also by a gateway that refuses his request.
    for (const subject of chosen.slice(0, 20))
      await ask(story.gateway.url, story.app, {
        headers: { 'x-sluice-subject': subject },
        messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }],
      });
    expect(await look(story)).toMatchObject({ verdict: expect.stringMatching(/^(pass|wait)$/) as string });
    const { arms, newSubjects } = await countsOf(story);
    expect(newSubjects.stable).toBeGreaterThan(0);
    const { candidate, stable } = arms;
    const drawn = [candidate.counts.drawn ?? 0, stable.counts.drawn ?? 0];
    expect(Math.min(...drawn)).toBeGreaterThan(0.3 * Math.max(...drawn));
  });

  it('is not taken back by one who has its answers take long, over and over', async () => {
    const story = await begin();
    await honest(story);
    let conversation = 'c-0';
    for (let i = 1; (await assign(story, { conversation })).arm !== 'candidate'; i += 1)
      conversation = `c-${i}`;
    const { assignment } = await assign(story, { conversation });
    await gateways.fault({ model: 'atlas-mini', kind: 'latency', latencyMs: 600 });
    const one = { 'x-sluice-conversation': conversation };
    const other = { 'x-sluice-assignment': assignment };
    await askAs(story, [...Array<typeof one>(15).fill(one), ...Array<typeof other>(15).fill(other)]);
    expect(await look(story)).toMatchObject({ verdict: 'pass' });
  });

  it('is taken back by reports only where an admin has them judged', async () => {
    const story = await begin({ judged: true });
    await honest(story);
    expect(await tell(story, 'candidate', 'error', story.key)).toEqual([200]);
    await waitFor(async () => (await armsOf(story)).candidate.counts.failed === count, {
      what: 'the reports',
    });
    expect(await look(story)).toMatchObject({ verdict: 'fail' });
  });
});

describe('a candidate that fails everything', () => {
  /** Half of the requests go to another model, which fails. */
  async function beginBad(): Promise<Story> {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const { headers: key } = await keyFor(db, app);
    const { releaseId, version } = await release(db, app, {
      ...{ weight: 50, content: mini, counting: { shortHorizonMs: 200, longHorizonMs: 600, slowMs: 500 } },
    });
    await gateways.fault({ model: 'atlas-mini', kind: 'server_error' });
    return { app, releaseId, version, gateway: await gateways.start(), key };
  }

  it('is not hidden by errors told of stable, nor by answers told of the candidate', async () => {
    const story = await beginBad();
    await honest(story);
    expect(await tell(story, 'stable', 'error', story.key)).toEqual([200]);
    expect(await tell(story, 'candidate', 'ok', story.key)).toEqual([200]);
    expect(await look(story)).toMatchObject({ verdict: 'fail', guardrail: 'errors' });
  });

  it('is not hidden by good answers of one conversation, however many', async () => {
    const story = await beginBad();
    await honest(story);
    await gateways.fault();
    let conversation = 'c-0';
    for (let i = 1; (await assign(story, { conversation })).arm !== 'candidate'; i += 1)
      conversation = `c-${i}`;
    await askAs(
      story,
      Array<Record<string, string>>(4 * count).fill({ 'x-sluice-conversation': conversation }),
    );
    expect(await look(story)).toMatchObject({ verdict: expect.stringMatching(/^(fail|wait)$/) as string });
  });

  it('is not hidden by marks of retries, with a key or without', async () => {
    const story = await beginBad();
    for (let i = 0; i < count; i += 1) {
      const headers = { 'x-stainless-retry-count': '1', ...(i % 2 === 0 ? story.key : {}) };
      await ask(story.gateway.url, story.app, {
        headers,
        messages: [{ role: 'user', content: `marked ${i}` }],
      });
    }
    expect(await look(story)).toMatchObject({ verdict: 'fail', guardrail: 'errors' });
    const { candidate } = await armsOf(story);
    expect(candidate.counts.callersWord?.retries ?? 0).toBeLessThanOrEqual(0.1 * count);
  });

  it('is not hidden by requests that are at fault themselves, nor by callers who leave', async () => {
    const story = await beginBad();
    await honest(story);
    for (let i = 0; i < count; i += 1) {
      const headers = { 'x-sluice-subject': `wrong-${i}` };
      await ask(story.gateway.url, story.app, { headers, temperature: 'hot' });
      await ask(story.gateway.url, story.app, {
        headers,
        sluice: { variables: {} },
        messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }],
      });
    }
    expect(await look(story)).toMatchObject({ verdict: 'fail', guardrail: 'errors' });
  });
});
