import { setTimeout as delay } from 'node:timers/promises';
import { supervise } from '../../cli/up/supervise.ts';
import type { AnswerRecord } from '../../simulator/traffic/answer-record.ts';
import { waitFor } from '../support/wait-for.ts';
import { askOn } from './test-fixtures/ask-on.ts';
import { useFaultWorld } from './test-fixtures/use-fault-world.ts';

const current = useFaultWorld(12);

function gateway(index: number) {
  const service = current().world.stack.gateways[index];
  if (service === undefined) throw new Error(`There is no gateway ${index}.`);
  return service;
}

/** Asks one gateway, as a user whose answer depends on nobody else. */
async function ask(index: number): Promise<{ status: number; version: number }> {
  const response = await fetch(`${gateway(index).address()}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer somebody' },
    body: JSON.stringify({
      model: 'bank-support',
      messages: [{ role: 'user', content: 'Where is my card?' }],
    }),
    signal: AbortSignal.timeout(10_000),
  });
  await response.text();
  return { status: response.status, version: Number(response.headers.get('x-sluice-split-version')) };
}

function answersSince(startedMs: number): AnswerRecord[] {
  return current()
    .world.traffic.records()
    .filter(({ startedAtMs }) => startedAtMs >= startedMs);
}

async function moreLooks(id: string, than: number): Promise<void> {
  await waitFor(async () => (await current().releases.looksOf(id)).count > than, {
    what: `a look after number ${than}`,
    timeoutMs: 40_000,
    intervalMs: 200,
  });
}

describe('a production gateway that is killed in a step', () => {
  it('is a recorded gap and never a zero: the other goes on, and the release decides (invariant 21)', async () => {
    const { world, releases } = current();
    const id = await releases.start('lost-gateway', 'patient');
    await releases.untilServedAt(id, 25);
    await moreLooks(id, 1);
    await gateway(1).kill();
    const killedMs = Date.now();
    expect((await ask(0)).status).toBe(200);
    const gaps = await waitFor(
      async () => {
        const looks = await releases.looksOf(id);
        return looks.gaps.length > 0 ? looks.gaps : undefined;
      },
      { what: 'the gap to be recorded', timeoutMs: 30_000, intervalMs: 200 },
    );
    expect(gaps).toEqual([expect.stringMatching(/^gateway-2\//)]);
    await gateway(1).start();
    const failed = answersSince(killedMs).filter(({ outcome }) => outcome !== 'ok');
    expect(failed.filter(({ outcome }) => outcome !== 'connection')).toEqual([]);
    expect(await releases.untilEnded(id)).toMatchObject({ state: 'promoted' });
    const { checked, violations } = world.traffic.stats().sticky;
    expect(checked).toBeGreaterThan(0);
    expect(violations).toEqual([]);
  }, 180_000);

  it('condemns nothing, however many counts are lost in one step: what is unknown is not bad (invariant 26)', async () => {
    const { releases } = current();
    const id = await releases.start('lost-gateways', 'patient');
    await releases.untilServedAt(id, 25);
    for (const index of [0, 1, 0]) {
      await gateway(index).kill();
      await gateway(index).start();
    }
    expect(await releases.untilEnded(id, 150_000)).toMatchObject({ state: 'promoted' });
    expect((await releases.looksOf(id)).gaps.length).toBeGreaterThan(0);
  }, 300_000);
});

describe('PostgreSQL that is killed in a step', () => {
  it('is missed by no caller; the API says 503, and all recovers (invariants 9 and 19)', async () => {
    const { releases, world } = current();
    const id = await releases.start('lost-database', 'default');
    await releases.untilServedAt(id, 25);
    await moreLooks(id, 1);
    const before = await releases.split();
    const { count } = await releases.looksOf(id);
    const killedMs = Date.now();
    await world.stack.postgres?.kill();
    const refused = await Promise.all([
      releases.call('GET', `/v1/releases/${id}`),
      releases.call('GET', '/v1/apps/bank-support'),
      releases.call('POST', `/v1/releases/${id}/pause`, {}),
      releases.call('POST', '/v1/apps/bank-support/rollback', {}),
      releases.post('lost-database', 'default', 'while-away'),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect((await fetch(`${world.stack.connections.apiUrl}/readyz`)).status).toBe(503);
    // Longer than a gateway may be silent: that all are, and come back one by one, must not be taken for their end.
    await waitFor(() => answersSince(killedMs + 5_500).length > 10, { what: 'answers without a database' });
    for (const index of [0, 1]) expect((await ask(index)).status).toBe(200);
    await world.stack.postgres?.start();
    const backMs = Date.now();
    await moreLooks(id, count);
    expect(await releases.read(id)).toMatchObject({ state: 'progressing', weight: 25 });
    expect(await releases.split()).toEqual(before);
    await waitFor(() => answersSince(backMs).some(({ arm }) => arm === 'candidate'), {
      what: 'the candidate to be served again',
    });
    const answers = answersSince(killedMs);
    expect(answers.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
    expect(answers.filter(({ splitVersion }) => splitVersion !== before.version)).toEqual([]);
    const { body } = await releases.call('POST', '/v1/apps/bank-support/rollback', { reason: 'all is well' });
    expect(body).toMatchObject({ result: 'done', version: before.version + 1 });
    expect(await releases.untilEnded(id)).toMatchObject({ state: 'aborted' });
  }, 180_000);
});

describe('`sluice up`, when any one program of it is killed', () => {
  it('starts it again, and callers of a living gateway see nothing of it (invariants 19 and 31)', async () => {
    const { world, releases } = current();
    const { stack } = world;
    const said: string[] = [];
    const supervision = supervise({
      parts: stack.parts,
      serving: stack.gateways,
      say: (line) => said.push(line),
      random: Math.random,
      wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
      nowMs: () => performance.now(),
    });
    const callers = askOn(stack.connections.productionGateways);
    const away: { index: number; fromMs: number; toMs: number }[] = [];
    await callers.answered(3);
    for (const part of stack.parts) {
      const fromMs = performance.now();
      process.kill(part.pid(), 'SIGKILL');
      await waitFor(() => said.some((line) => line.startsWith(`✓ ${part.name} runs again`)), {
        what: `${part.name} to be back`,
        timeoutMs: 120_000,
      });
      const index = stack.gateways.findIndex((one) => one === part);
      away.push({ index, fromMs, toMs: performance.now() });
      await callers.answered(3);
    }
    const asked = await callers.stop();
    const alive = asked.filter(
      ({ index, startedMs, endedMs }) =>
        !away.some((one) => one.index === index && startedMs < one.toMs && endedMs > one.fromMs),
    );
    expect(alive.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(alive.length).toBeGreaterThan(60);
    // All of it is whole again: a release runs through.
    const id = await releases.start('after-the-kills', 'quick');
    expect(await releases.untilEnded(id)).toMatchObject({ state: 'promoted' });
    supervision.end();
    await supervision.ended();
  }, 300_000);
});
