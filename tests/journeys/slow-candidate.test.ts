import { createLookActivities } from '../../activities/looks/look.ts';
import { createSplitActivities } from '../../activities/split/split.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { openRelease } from '../../config-store/releases/open-release.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { readAnswerTimes } from '../../config-store/looks/read-answer-times.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import {
  ask,
  createApp,
  environment,
  publish,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { waitFor } from '../support/wait-for.ts';

const gateways = useGateways();
const weight = 50;

/** Asks in rounds of 50, each time as somebody else. */
async function askMany(url: string, app: string, requests: number, from = 0) {
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  for (let done = 0; done < requests; done += 50) {
    const round = Array.from({ length: Math.min(50, requests - done) }, (_, i) =>
      ask(url, app, { headers: { 'x-sluice-subject': `user-${from + done + i}` } }),
    );
    answers.push(...(await Promise.all(round)));
  }
  return answers;
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
  await publishPolicy(db, { scope: app, policy: tryoutPolicy, actor: 'user:ada' });
  const plan = planSchema.parse({
    ...{ evaluate: 'skip', mirror: 'skip' },
    settle: '1s',
    // On a busy machine stable takes seconds as well: what the short horizon cannot tell, this one does.
    settleLong: '10s',
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
  const split = await readSplit(db, { app, environment });
  expect(split?.counting).toMatchObject({ slowdown: { edges: { p50: {}, p90: {}, p95: {}, p99: {} } } });

  await waitFor(async () => (await ask(url, app)).version === splitVersion, {
    what: 'the split to be served',
  });
  const answers = await askMany(url, app, 100, 10_000);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const looks = createLookActivities({ db });
  const step = {
    ...{ releaseId, stage: 'canary-50', splitVersion, weight, holdMs: 60_000, deadlineMs: 90_000 },
    ...{ minExposures: 50, leaseMs: 60_000, promote: false, elapsedMs: 1_000 },
  };
  let look = 0;
  const last = await waitFor(
    async () => {
      // The hold is never over: only what was measured ends this, however slowly the machine counts.
      const result = await looks.takeLook({ ...step, look, heldMs: Math.min(++look, 59) * 1_000 });
      return result.verdict === 'wait' ? undefined : result;
    },
    { what: 'a verdict', timeoutMs: 60_000 },
  );
  expect(last.verdict).toBe('fail');
  expect(last.reason).toContain('latency relative to stable');
  expect(last.reason).toMatch(/slow above, stable\/candidate: p50 \d+\/\d+ ms, p90 /);
}, 120_000);
