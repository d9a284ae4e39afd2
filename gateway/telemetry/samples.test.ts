import type { SampleToInsert } from '../../config-store/gateway-view/insert-samples.ts';
import { createDataKeys, createSealingKeys } from '../../program/data-keys.ts';
import { open } from '../../program/sealing.ts';
import { SluiceError } from '../../domain/errors.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createSampler } from './samples.ts';

/** Numbers in 0..1 that are the same at every run (a linear congruential generator). */
function seededRandom(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function setUp({ perSecond = 1 } = {}) {
  const held = manualClock();
  const time = { aheadMs: 0 };
  const sampler = createSampler({
    // Moved without its timers: thousands of seconds go by in these tests.
    clock: { ...held, nowMs: () => held.nowMs() + time.aheadMs },
    dataKeys: createDataKeys([Buffer.alloc(32)]),
    freshKeys: undefined,
    environment: 'production',
    perSecond: () => perSecond,
    keepsFresh: () => false,
    random: seededRandom(),
    insert: () => Promise.resolve(),
    onDropped: () => undefined,
    onFailure: () => undefined,
    onPoison: () => undefined,
  });
  const pass = (ms: number): void => {
    time.aheadMs += ms;
  };
  const wants = (app = 'bank') => sampler.wants(app, 'redacted');
  const wanted = (requests: number, app?: string) =>
    Array.from({ length: requests }, () => wants(app)).filter(Boolean).length;
  return { pass, sampler, wants, wanted };
}

describe('what a sampler wants', () => {
  it('is the first fifty requests after a start, and no more than a hundred at once', () => {
    const { sampler, wanted } = setUp();
    expect(wanted(50)).toBe(50);
    expect(wanted(5_000)).toBeLessThanOrEqual(50);
    sampler.stop();
  });

  it.each([
    [1, 2],
    [1, 100],
    [1, 1000],
    [5, 40],
    [0.1, 10],
  ])('is %d a second in the long run, at %d requests a second', (perSecond, requestsPerSecond) => {
    const { pass, sampler, wanted } = setUp({ perSecond });
    const seconds = 400;
    for (let k = 0; k < seconds / 4; k += 1) {
      pass(1_000);
      wanted(requestsPerSecond);
    }
    let kept = 0;
    for (let k = 0; k < seconds; k += 1) {
      pass(1_000);
      kept += wanted(requestsPerSecond);
    }
    expect(kept).toBeGreaterThan(0.8 * perSecond * seconds);
    expect(kept).toBeLessThan(1.2 * perSecond * seconds + 100);
    sampler.stop();
  });

  it('saves up no more than a hundred in a silence', () => {
    const { pass, sampler, wanted } = setUp();
    wanted(10_000);
    pass(3_600_000);
    expect(wanted(10_000)).toBeLessThanOrEqual(100);
    sampler.stop();
  });

  it('is of each kind alike, also of requests that always come right after others', () => {
    const { pass, sampler, wants } = setUp();
    const kept = [0, 0, 0];
    for (let k = 0; k < 30_000; k += 1) {
      for (const place of [0, 1, 2]) {
        pass(place === 0 ? 940 : 30);
        if (wants()) kept[place] = (kept[place] ?? 0) + 1;
      }
    }
    const mean = kept.reduce((sum, count) => sum + count, 0) / kept.length;
    for (const count of kept) expect(Math.abs(count / mean - 1)).toBeLessThan(0.05);
    sampler.stop();
  });

  it('is no fewer where some that were wanted are not kept, and no more than a hundred', () => {
    const { sampler, wants, wanted } = setUp();
    for (let k = 0; k < 1_000; k += 1) {
      expect(wants()).toBe(true);
      sampler.giveBack('bank');
    }
    expect(wanted(50)).toBe(50);
    for (let k = 0; k < 1_000; k += 1) sampler.giveBack('bank');
    sampler.giveBack('never asked for');
    expect(wanted(10_000)).toBeLessThanOrEqual(100);
    sampler.stop();
  });

  it('is counted for each app, and is nothing where sampling is off', () => {
    const { sampler, wanted } = setUp();
    expect(wanted(50)).toBe(50);
    expect(wanted(50, 'other')).toBe(50);
    expect(sampler.wants('third', 'off')).toBe(false);
    expect(wanted(50, 'third')).toBe(50);
    sampler.stop();
  });
});

const freshKeys = createSealingKeys([Buffer.alloc(32, 1)]);

describe('the queue', () => {
  const request = (app: string) => ({
    ...{ app, sampling: 'metadata', revision: 'rev_a', arm: 'stable', metadata: {}, ageMs: 0 },
    sample: () => {
      throw new Error('It is not asked for.');
    },
  });
  const createQueue = (
    insert: (apps: string[], samples: readonly SampleToInsert[]) => Promise<void>,
    { keepsFresh = true } = {},
  ) => {
    const clock = manualClock();
    const poison: string[] = [];
    const sampler = createSampler({
      ...{
        clock,
        dataKeys: createDataKeys([Buffer.alloc(32)]),
        freshKeys,
        environment: 'production',
        perSecond: () => 1,
        keepsFresh: () => keepsFresh,
        random: () => 0,
      },
      insert: (samples) =>
        insert(
          samples.map(({ app }) => app),
          samples,
        ),
      onDropped: () => undefined,
      onFailure: () => undefined,
      onPoison: (app) => poison.push(app),
    });
    return {
      clock,
      sampler,
      poison,
      keep: (app: string) => {
        sampler.keep({ ...request(app), sampling: 'metadata' });
      },
    };
  };

  it('drops what the database refuses for what is in it, and keeps the rest', async () => {
    const inserted: string[] = [];
    const { clock, sampler, poison, keep } = createQueue((apps) => {
      if (apps.includes('gone'))
        return Promise.reject(Object.assign(new Error('foreign key'), { code: '23503' }));
      inserted.push(...apps);
      return Promise.resolve();
    });
    for (const app of ['gone', 'a', 'b', 'gone', 'c']) keep(app);
    await clock.pass(1_000);
    expect([inserted, poison]).toEqual([
      ['a', 'b', 'c'],
      ['gone', 'gone'],
    ]);
    expect(sampler.state()).toEqual({ rows: 0, waitingMs: 0, dropped: 2 });
    sampler.stop();
  });

  it('says how long nothing was written, and drops what cannot be sealed', async () => {
    const { clock, sampler, poison, keep } = createQueue(() =>
      Promise.reject(new SluiceError('unreachable', 'away')),
    );
    keep('a');
    sampler.keep({ ...request('b'), sampling: 'full' });
    await clock.pass(30_000);
    expect(poison).toEqual(['b']);
    expect(sampler.state()).toMatchObject({ rows: 1, dropped: 1 });
    expect(sampler.state().waitingMs).toBeGreaterThan(28_000);
    sampler.stop();
  });

  const asking = (text: string) => ({
    version: 2 as const,
    protocol: 'openai-chat' as const,
    body: { messages: [{ role: 'user', content: text }] },
    variables: {},
  });
  const minuteMs = 60_000;

  async function written(text: string, { awayMs = 0, ageMs = 0, keepsFresh = true } = {}) {
    const inserted: SampleToInsert[] = [];
    const queue = createQueue(
      (_, samples) => {
        if (queue.clock.nowMs() < begunMs + awayMs)
          return Promise.reject(new SluiceError('unreachable', 'away'));
        inserted.push(...samples);
        return Promise.resolve();
      },
      { keepsFresh },
    );
    const begunMs = queue.clock.nowMs();
    queue.sampler.keep({ ...request('a'), sampling: 'redacted', ageMs, sample: () => asking(text) });
    await queue.clock.pass(awayMs + 1_000);
    queue.sampler.stop();
    return inserted[0]!;
  }

  it('keeps what redaction has altered also as it came, under another key, and says that it is altered', async () => {
    const { id, altered, fresh, freshTtlMs } = await written('write to ada@mail.example', {
      ageMs: minuteMs,
    });
    expect([altered, freshTtlMs]).toEqual([true, 59 * minuteMs - 1_000]);
    const place = { app: 'a', environment: 'production', id: id! };
    const opened = open(freshKeys, { kind: 'fresh-sample', ...place }, fresh!).toString();
    expect(JSON.parse(opened)).toEqual(asking('write to ada@mail.example'));
    expect(() => open(freshKeys, { kind: 'sample', ...place }, fresh!)).toThrow('changed, or moved');
  });

  it('keeps it no longer for having waited for the database', async () => {
    const late = await written('ada@mail.example', { awayMs: 40 * minuteMs });
    expect(late.freshTtlMs).toBe(20 * minuteMs);
    const tooLate = await written('ada@mail.example', { awayMs: 60 * minuteMs });
    expect([tooLate.altered, tooLate.fresh]).toEqual([true, undefined]);
  });

  it.each<[string, string, object]>([
    ['redaction has left as it was', 'call_0123456789abcdef for 1 299 000 EUR', {}],
    ['may not be kept', 'ada@mail.example', { keepsFresh: false }],
  ])('keeps nothing twice that %s', async (_, text, settings) => {
    expect((await written(text, settings)).fresh).toBeUndefined();
  });
});
