import { createLookActivities } from '../../activities/looks/look.ts';
import type { LookResult } from '../../activities/looks/contract.ts';
import { createSplitActivities } from '../../activities/split/split.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { openRelease } from '../../config-store/releases/open-release.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { readAnswerFacts } from '../../config-store/looks/read-answer-facts.ts';
import { readAnswerTimes } from '../../config-store/looks/read-answer-times.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import {
  ask,
  createApp,
  environment,
  keyFor,
  publish,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { waitFor } from '../support/wait-for.ts';

const gateways = useGateways();
const weight = 50;

/** Asks in rounds of 50, each time as somebody else. */
async function askMany(url: string, app: string, requests: number, from = 0, headers: object = {}) {
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  for (let done = 0; done < requests; done += 50) {
    const round = Array.from({ length: Math.min(50, requests - done) }, (_, i) =>
      ask(url, app, { headers: { ...headers, 'x-sluice-subject': `user-${from + done + i}` } }),
    );
    answers.push(...(await Promise.all(round)));
  }
  return answers;
}

interface Canary {
  readonly app: string;
  readonly revision: string;
  readonly url: string;
  readonly settleLong: string;
  readonly guardrails?: object;
}

/** Serves the candidate of a release to half of the subjects; gives the split version. */
async function startCanary({ app, revision, url, settleLong, guardrails = {} }: Canary) {
  const { db } = gateways.stage;
  await publishPolicy(db, { scope: app, policy: tryoutPolicy, actor: 'user:ada' });
  const plan = planSchema.parse({
    ...{ evaluate: 'skip', mirror: 'skip' },
    ...{ settle: '1s', settleLong, guardrails },
    steps: [
      { weight: 50, hold: '1m' },
      { weight: 100, hold: '1m' },
    ],
  });
  const release = {
    ...{ app, environment, revision, planName: 'default', plan, suites: [], provenance: {} },
    actor: 'user:ada',
  };
  const { id: releaseId } = await createRelease(db, release);
  const opened = await openRelease(db, { releaseId, app, runId: `run-${releaseId}`, actor: 'user:ada' });
  const written = await createSplitActivities({ db }).writeStep({
    ...{ releaseId, stage: 'canary-50', weight, expectedVersion: opened.splitVersion, leaseMs: 60_000 },
  });
  const splitVersion = 'version' in written ? written.version : NaN;
  await waitFor(async () => (await ask(url, app)).version === splitVersion, {
    what: 'the split to be served',
  });
  return { releaseId, splitVersion };
}

/** Looks until there is a verdict, and more where it is not all that is waited for. */
function verdictOf(
  { releaseId, splitVersion }: { releaseId: string; splitVersion: number },
  isAll: (look: LookResult) => boolean = () => true,
) {
  const looks = createLookActivities({ db: gateways.stage.db });
  const step = {
    ...{ releaseId, stage: 'canary-50', splitVersion, weight, holdMs: 60_000, deadlineMs: 90_000 },
    ...{ minExposures: 50, leaseMs: 60_000, promote: false, elapsedMs: 1_000 },
  };
  let look = 0;
  return waitFor(
    async () => {
      // The hold is never over: only what was measured ends this, however slowly the machine counts.
      const result = await looks.takeLook({ ...step, look, heldMs: Math.min(++look, 59) * 1_000 });
      return result.verdict === 'wait' || !isAll(result) ? undefined : result;
    },
    { what: 'a verdict' },
  );
}

it('a candidate far slower than stable is taken back, though it is below every absolute bound', async () => {
  const { db } = gateways.stage;
  const { app, stable } = await createApp(db, { chain: [{ provider: 'openai', model: 'atlas-mini' }] });
  const { url } = await gateways.start();
  await askMany(url, app, 550);
  await waitFor(
    async () => {
      const times = await readAnswerTimes(db, { app, environment, stable, atLeast: 500 });
      return times.reduce((sum, count) => sum + count, 0) >= 500;
    },
    { what: 'the recorded answers of stable' },
  );

  // The other model of the same provider, with a second more for each answer.
  const revision = await publish(db, app, 'slow');
  await gateways.fault({ model: 'atlas-large', kind: 'latency', latencyMs: 2000 });
  // On a busy machine stable takes seconds as well: what the short horizon cannot tell, the long one does.
  const canary = await startCanary({ app, revision, url, settleLong: '10s' });
  const split = await readSplit(db, { app, environment });
  expect(split?.counting).toMatchObject({ slowdown: { edges: { p50: {}, p90: {}, p95: {}, p99: {} } } });
  const answers = await askMany(url, app, 100, 10_000);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const last = await verdictOf(canary);
  expect(last.verdict).toBe('fail');
  expect(last.reason).toContain('latency relative to stable');
  expect(last.reason).toMatch(/slow above, stable\/candidate: p50 \d+\/\d+ ms, p90 /);
});

it('a candidate whose answers are cut off, refused, or no JSON though that was promised is taken back for each', async () => {
  const { db } = gateways.stage;
  const parameters = { response_format: { type: 'json_object' } };
  const { app } = await createApp(db, { chain: [{ provider: 'openai', model: 'atlas-mini' }], parameters });
  const { url } = await gateways.start();
  const revision = await publish(db, app, 'bad', { parameters });
  // Each to a third of the candidate's requests.
  await gateways.fault(
    { model: 'atlas-large', kind: 'truncated', probability: 1 / 3 },
    { model: 'atlas-large', kind: 'refused', probability: 1 / 2 },
    { model: 'atlas-large', kind: 'invalid_format' },
  );
  const canary = await startCanary({ app, revision, url, settleLong: '3s' });
  const answers = await askMany(url, app, 150);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const names = ['truncated', 'refused', 'invalid-format'];
  const ofNames = ({ guardrails }: LookResult) => guardrails.filter(({ name }) => names.includes(name));
  const last = await verdictOf(canary, (look) =>
    ofNames(look).every(({ evidence, actsAt }) => evidence > (actsAt ?? Infinity)),
  );
  expect(last.verdict).toBe('fail');
  expect(ofNames(last).map(({ name, stableRate }) => [name, stableRate])).toEqual(
    names.map((name) => [name, 0]),
  );
  const facts = await waitFor(
    async () => {
      const told = await readAnswerFacts(db, { app, environment, stable: revision, atLeast: 500 });
      return told !== undefined && told.answers >= 50 ? told : undefined;
    },
    { what: 'what the answers of the candidate were' },
  );
  expect(facts.truncated + facts.refused + facts.invalidFormat).toBeGreaterThanOrEqual(facts.answers);
});

it('a candidate that fails for one tenant alone is taken back for it, though on the whole it looks fine', async () => {
  const { db } = gateways.stage;
  const { app } = await createApp(db, { chain: [{ provider: 'openai', model: 'atlas-mini' }] });
  const revision = await publish(db, app, 'bad-for-acme');
  const { headers: key } = await keyFor(db, app, { scopes: ['call', 'labels'] });
  const { headers: untrusted } = await keyFor(db, app, { scopes: ['call'] });
  const { url } = await gateways.start();
  // So many more may fail on the whole: it is to be acme's requests that take the candidate back.
  const scope = { label: 'tenant', values: ['acme', 'initech'] };
  const guardrails = { errors: { floor: 0.2, scope } };
  const canary = await startCanary({ app, revision, url, settleLong: '3s', guardrails });
  const tenant = (name: string) => ({ 'x-sluice-label-tenant': name });
  await askMany(url, app, 200, 0, key);
  await askMany(url, app, 100, 1_000, { ...key, ...tenant('initech') });
  await askMany(url, app, 50, 2_000, { ...untrusted, ...tenant('acme') });
  const asked = await askMany(url, app, 10, 3_000, { ...key, ...tenant('acme') });
  await gateways.fault({ kind: 'server_error', model: 'atlas-large' });
  asked.push(...(await askMany(url, app, 50, 4_000, { ...key, ...tenant('acme') })));
  const last = await verdictOf(canary);
  const { segment, candidateRate, stableRate } = last.guardrails.find(({ name }) => name === 'errors')!;
  expect(last).toMatchObject({ verdict: 'fail', guardrail: 'errors' });
  expect(last.reason).toMatch(/^errors worse than stable in tenant=acme: \d+\.\d % against 0\.0 %, /);
  expect(segment).toMatchObject({ name: 'tenant=acme', stableRate: 0, leads: true });
  expect([candidateRate! < 0.2, stableRate, segment!.candidateRate! > 0.5]).toEqual([true, 0, true]);
  // What says that it is acme's without the right to say so is not among them.
  const isCandidates = ({ arm, reason }: (typeof asked)[number]) =>
    arm === 'candidate' || reason === 'rescued';
  await waitFor(
    async () => {
      const { rows } = await db.query<{ exposed: number }>(
        `select (counts #>> '{guardrails,errors@tenant=acme,long,exposed}')::int as exposed from arm_counter
         where app = $1 and split_version = $2 and arm = 'candidate'`,
        [app, canary.splitVersion],
      );
      return rows[0]?.exposed === asked.filter(isCandidates).length;
    },
    { what: "acme's requests, and no others, to be counted" },
  );
});
