import { readArmOutcomes } from '../config-store/dashboard/read-arm-outcomes.ts';
import { readCounts } from '../config-store/looks/read-counts.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import {
  asJson,
  anthropicTarget,
  ask,
  createApp,
  environment,
  openaiTarget,
  release,
  useGateways,
} from './test-fixtures/use-gateways.ts';

const gateways = useGateways();
const candidateTarget = { provider: 'openai', model: 'atlas-mini' };
const answers400 = (model: string) => ({ model, kind: 'server_error', status: 400 });

/** An app whose stable revision asks `stableTarget`, and all of whose traffic is on a candidate. */
async function appOnCandidate({ stableTarget = openaiTarget, target = candidateTarget } = {}) {
  const { db } = gateways.stage;
  const { app, stable } = await createApp(db, { chain: [stableTarget] });
  const { releaseId, version } = await release(db, app, { weight: 100, content: { chain: [target] } });
  const { url } = await gateways.start();
  const counts = async () => {
    const { versions } = await readCounts(db, { app, environment, splitVersions: [version], releaseId });
    return versions[0]!.arms.candidate.counts;
  };
  const settled = () =>
    waitFor(
      async () => {
        const found = await counts();
        return found.settled?.long === 1 ? found : undefined;
      },
      { what: `the counts of ${app}` },
    );
  const admitted = () => waitFor(async () => (await counts()).admitted === 1, { what: 'the request' });
  const reasons = async () => {
    const outcomes = await readArmOutcomes(db, releaseId);
    return outcomes.map(({ arm, ...of }) => [
      arm,
      ...of.reasons.map(({ reason, calls }) => `${reason}: ${calls}`),
    ]);
  };
  return { app, stable, url, settled, admitted, reasons };
}

const chargedToCandidate = { failed: 1, rescued: 1, guardrails: { errors: { long: { bad: 1 } } } };
const chargedToNobody = { failed: 0, rescued: 0, guardrails: { errors: { long: { bad: 0 } } } };

describe('a candidate that fails as if the caller were at fault', () => {
  it('is rescued and charged where its provider refuses what stable’s answers', async () => {
    const { app, stable, url, settled, reasons } = await appOnCandidate();
    await gateways.fault(answers400('atlas-mini'));
    expect(await ask(url, app)).toMatchObject({ status: 200, reason: 'rescued', digest: stable });
    expect(await settled()).toMatchObject(chargedToCandidate);
    expect(await reasons()).toEqual([['candidate', 'rescued status 400 openai/atlas-mini: 1']]);
  });

  it('is rescued and charged where its target cannot say what stable’s can', async () => {
    const { app, stable, url, settled } = await appOnCandidate({ target: anthropicTarget });
    const response_format = { type: 'json_object' };
    const answer = await ask(url, app, { response_format });
    expect(answer).toMatchObject({ status: 200, reason: 'rescued', digest: stable });
    expect(await settled()).toMatchObject(chargedToCandidate);
  });

  it('is charged to nobody where stable finds the request at fault, too', async () => {
    const { app, url, settled, reasons } = await appOnCandidate();
    await gateways.fault(answers400('atlas-mini'), answers400('atlas-large'));
    expect((await ask(url, app)).status).toBe(400);
    expect(await settled()).toMatchObject(chargedToNobody);
    expect(await reasons()).toEqual([['candidate']]);
  });

  it('is charged where stable fails in another way, which says nothing of the request', async () => {
    const { app, url, settled, reasons } = await appOnCandidate();
    await gateways.fault(answers400('atlas-mini'), { model: 'atlas-large', kind: 'server_error' });
    expect((await ask(url, app)).status).toBeGreaterThanOrEqual(500);
    expect(await settled()).toMatchObject({ ...chargedToCandidate, rescued: 0 });
    // What stable failed by says nothing of the candidate.
    expect(await reasons()).toEqual([['candidate', 'failed status 400 openai/atlas-mini: 1']]);
  });
});

it('charges a candidate that is down, though stable then finds the request at fault', async () => {
  const { app, url, settled } = await appOnCandidate();
  await gateways.fault({ model: 'atlas-mini', kind: 'server_error' }, answers400('atlas-large'));
  expect((await ask(url, app)).status).toBe(400);
  expect(await settled()).toMatchObject({ ...chargedToCandidate, rescued: 0 });
});

it('asks stable nothing when the caller has gone away', async () => {
  const { app, url, settled, admitted } = await appOnCandidate();
  await gateways.fault({ model: 'atlas-mini', kind: 'hang' });
  const { control } = gateways.stage.simulator;
  const askedStable = async () => {
    const { models } = (await (await fetch(`${control}/simulator/stats`)).json()) as { models: object };
    return (models as Record<string, object>)['atlas-large'];
  };
  const before = await askedStable();
  const leaving = new AbortController();
  const body = JSON.stringify({ model: app, messages: [{ role: 'user', content: 'hello' }] });
  const asked = fetch(`${url}/v1/chat/completions`, { ...asJson, body, signal: leaving.signal });
  await admitted();
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  expect(await settled()).toMatchObject(chargedToNobody);
  expect(await askedStable()).toEqual(before);
});
