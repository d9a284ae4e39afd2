import { eachAtOnce } from '../run/each-at-once.ts';
import type {
  AskOnce,
  FailedReply,
  PinnedAnswered,
  PinnedQuestion,
  Unanswered,
} from '../targets/pinned-answer.ts';
import { heldTime } from '../../tests/support/held-time.ts';
import { createPatience, createPatientCaller } from './patient-caller.ts';
import type { Wait } from './place.ts';

type Reply = PinnedAnswered | FailedReply | Unanswered;

const answered: Reply = { kind: 'answered', output: 'yes', latencyMs: 1, attempts: 1 };
const own: Reply = { kind: 'failed', code: 'invalid_request_error', message: 'no', latencyMs: 1 };
const limited: Reply = {
  ...{ kind: 'unanswered', how: 'refused', code: 'rate_limit_exceeded', message: 'slow down' },
  ...{ latencyMs: 1, retryAfterMs: 2000 },
};
const overloaded: Reply = {
  ...{ kind: 'unanswered', how: 'refused', code: 'overloaded_error', message: 'busy', latencyMs: 1 },
};
const silent: Reply = {
  ...{ kind: 'unanswered', how: 'silent', code: 'provider_timeout', message: 'late', latencyMs: 1 },
};

const question = (n: number): PinnedQuestion => ({
  revision: 'rev',
  target: 0,
  request: { protocol: 'openai-chat', body: { n }, headers: {} },
});

/** A caller of one provider that says what a test wants: to the n-th call of all, about a question. */
function caller(
  reply: (nth: number, n: number) => Reply,
  { alive = true, atOnce = 8, patienceMs = 120_000 } = {},
) {
  const time = heldTime();
  const waits: Wait[] = [];
  const asked: number[] = [];
  const onWait = (wait: Wait): void => {
    waits.push(wait);
  };
  const ask: AskOnce = async ({ request: { body } }) => {
    await new Promise(setImmediate);
    asked.push(Number(body['n']));
    return reply(asked.length, Number(body['n']));
  };
  const patient = createPatientCaller({
    ask,
    patience: createPatience({ atOnce, patienceMs, time, onWait }),
    placeOf: () => 'openai/gpt',
    isAlive: () => Promise.resolve(alive),
  });
  return { patient, time, waits, asked };
}

describe('a patient caller', () => {
  it('waits as long as it is asked to, and loses nothing: one 429 among a thousand questions', async () => {
    const { patient, waits, asked } = caller((nth) => (nth === 7 ? limited : answered));
    const replies: Reply[] = [];
    const all = Array.from({ length: 1000 }, (_, n) => n);
    await eachAtOnce(all, { atOnce: 8 }, async (n) => {
      replies.push(await patient(question(n)));
    });
    expect(replies).toHaveLength(1000);
    expect(replies.every(({ kind }) => kind === 'answered')).toBe(true);
    expect(asked).toHaveLength(1001);
    expect(new Set(waits.map(({ waitMs }) => waitMs))).toEqual(new Set([2000]));
    expect(waits[0]).toMatchObject({ place: 'openai/gpt', why: 'rate_limit_exceeded' });
  });

  it('waits longer each time where it is not told how long, and starts over after an answer', async () => {
    const { patient, time } = caller((nth) => ([1, 2, 3, 5].includes(nth) ? overloaded : answered));
    await patient(question(1));
    await patient(question(2));
    expect(time.waits).toEqual([500, 1000, 2000, 500]);
  });

  it('counts the calls that had no answer, for which production would have failed over, and no refusals', async () => {
    const { patient } = caller((nth) => [silent, limited, answered][nth - 1] ?? answered);
    expect(await patient(question(1))).toMatchObject({ kind: 'answered', attempts: 2 });
    expect(await patient(question(2))).toMatchObject({ kind: 'answered', attempts: 1 });
  });

  it('does not leave a provider alone for longer than a minute at a time', async () => {
    const { patient, time } = caller((nth) =>
      nth === 1 ? { ...limited, retryAfterMs: 86_400_000 } : answered,
    );
    await patient(question(1));
    expect(time.waits).toEqual([60_000]);
  });

  it('hands back at once what is the revision’s own', async () => {
    const { patient, asked } = caller(() => own);
    expect(await patient(question(1))).toEqual(own);
    expect(asked).toEqual([1]);
  });

  it('gives up, and blames nobody, where nothing is answered for as long as there is patience', async () => {
    for (const reply of [overloaded, limited, silent]) {
      const { patient, time } = caller(() => reply, { alive: false, patienceMs: 60_000 });
      await expect(patient(question(1))).rejects.toMatchObject({
        code: 'unreachable',
        details: { outOfPatience: true },
      });
      expect(time.nowMs()).toBeGreaterThanOrEqual(60_000);
      expect(time.nowMs()).toBeLessThan(90_000);
    }
  });

  it('does not give up a provider that answers now and then', async () => {
    const { patient } = caller((nth) => (nth % 4 === 0 ? answered : { ...limited, retryAfterMs: 50_000 }));
    for (let n = 0; n < 10; n++) expect((await patient(question(n))).kind).toBe('answered');
  });

  it('takes it for the revision’s failure where one question has no answer while others have', async () => {
    const { patient, asked } = caller((_, n) => (n === 3 ? silent : answered));
    expect(await patient(question(3))).toMatchObject({
      kind: 'failed',
      code: 'provider_timeout',
      attempts: 3,
    });
    expect(asked).toEqual([3, 3, 3]);
    expect((await patient(question(4))).kind).toBe('answered');
  });

  it('gives up a question that is refused over and over while others are answered', async () => {
    const { patient } = caller((_, n) => (n === 3 ? limited : answered), { patienceMs: 10_000 });
    const others = new AbortController();
    const chatter = (async () => {
      for (let n = 10; !others.signal.aborted; n++) await patient(question(n));
    })();
    await expect(patient(question(3))).rejects.toMatchObject({ details: { outOfPatience: true } });
    others.abort();
    await chatter;
  });

  it('ends a wait when nobody wants the answer any more', async () => {
    const { patient } = caller(() => limited);
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(patient({ ...question(1), signal })).rejects.toThrow('interrupted');
  });
});
