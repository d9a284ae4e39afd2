import { errors } from '../../domain/guardrail/errors.ts';
import type { RequestCourse } from '../../domain/guardrail/request-course.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createChargedSubjects, type ChargedSubjects } from './charged-subjects.ts';
import { createObservations } from './observations.ts';
import { createCounters, type Admission } from './counters.ts';

const counting = { releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000, slowMs: 10_000 };

function setUp() {
  const clock = manualClock();
  const charged = createChargedSubjects();
  const counters = createCounters({ clock, charged, observations: createObservations(clock) });
  const admit = (more: Partial<Admission> = {}) =>
    counters.admit({
      app: 'bank',
      splitVersion: 7,
      arm: 'candidate',
      counting,
      totalTimeoutMs: 60_000,
      ...more,
    });
  const latest = new Map<string, ReturnType<typeof counters.takeChanged>[number]>();
  const countsOf = (arm = 'candidate') => {
    for (const row of counters.takeChanged()) latest.set(row.arm, row);
    const counts = latest.get(arm)?.counts;
    if (counts === undefined) throw new Error(`Nothing is counted for ${arm}.`);
    return counts;
  };
  return { clock, charged, counters, admit, countsOf };
}

const takeCharges = (charged: ChargedSubjects) =>
  charged.takePending().flatMap((row) => ('horizon' in row ? [row] : []));
const none = { exposed: 0, bad: 0 };
const good = { exposed: 1, bad: 0 };
const bad = { exposed: 1, bad: 1 };

describe('settled counting', () => {
  it('counts a request when it has been on for the horizon, not when it ends', async () => {
    const { clock, admit, countsOf } = setUp();
    admit().end('failed');
    expect(countsOf().admitted).toBe(1);
    expect(countsOf().guardrails.errors).toEqual({ short: none, long: none });
    await clock.pass(4_999);
    expect(countsOf().guardrails.errors!.short).toEqual(none);
    await clock.pass(1);
    expect(countsOf().guardrails.errors).toEqual({ short: bad, long: none });
    await clock.pass(55_000);
    expect(countsOf().guardrails.errors).toEqual({ short: bad, long: bad });
  });

  it('counts by what is noted after the end as well, until it is settled', async () => {
    const { clock, admit, countsOf } = setUp();
    const request = admit();
    request.end('left-unanswered');
    await clock.pass(2_000);
    request.markFailed();
    await clock.pass(58_000);
    expect(countsOf().guardrails.errors).toEqual({ short: bad, long: bad });
    const later = admit({ arm: 'stable' });
    later.end('completed');
    await clock.pass(6_000);
    later.markFailed();
    await clock.pass(54_000);
    expect(countsOf('stable').guardrails.errors).toEqual({ short: good, long: bad });
  });

  it('looks only at what was bad by then: a failure after the short horizon is bad at the long one', async () => {
    const { clock, admit, countsOf } = setUp();
    const request = admit();
    await clock.pass(6_000);
    request.end('failed');
    await clock.pass(60_000);
    expect(countsOf().guardrails.errors).toEqual({ short: good, long: bad });
  });

  it('makes a hanging request bad when the bounds pass, though it never ends', async () => {
    const { clock, admit, countsOf } = setUp();
    admit();
    await clock.pass(60_000);
    expect(countsOf().guardrails).toMatchObject({
      errors: { short: good, long: bad },
      latency: { short: good, long: bad },
    });
  });

  it('counts a rescued request as failed when the candidate failed it, and slow by when stable had answered', async () => {
    const { clock, admit, countsOf } = setUp();
    const request = admit();
    await clock.pass(2_000);
    request.markFailed();
    request.markRescued();
    await clock.pass(1_000);
    request.end('completed', { inputTokens: 3, outputTokens: 4 });
    await clock.pass(60_000);
    expect(countsOf()).toMatchObject({
      admitted: 1,
      completed: 1,
      failed: 1,
      rescued: 1,
      tokensIn: 3,
      tokensOut: 4,
    });
    expect(countsOf().guardrails).toMatchObject({
      errors: { short: bad, long: bad },
      latency: { short: good, long: good },
    });
  });

  it('has no unit in what a caller did wrong, and charges nobody for it', async () => {
    const { clock, admit, countsOf } = setUp();
    admit().end('caller-fault');
    admit().end('left-midway');
    await clock.pass(60_000);
    expect(countsOf().guardrails.errors!.long).toEqual({ exposed: 1, bad: 0 });
    expect(countsOf().guardrails.latency!.long).toEqual({ exposed: 1, bad: 0 });
    expect(countsOf()).toMatchObject({
      completed: 0,
      failed: 0,
      settled: { long: 2 },
      callersWord: { faults: 1 },
    });
  });

  it('takes a caller that left before an answer for one that says nothing, good or bad', async () => {
    const { clock, admit, countsOf } = setUp();
    const request = admit();
    await clock.pass(3_000);
    request.end('left-unanswered');
    const failed = admit();
    failed.markFailed();
    failed.end('left-unanswered');
    await clock.pass(60_000);
    expect(countsOf().guardrails).toMatchObject({
      errors: { short: bad, long: bad },
      latency: { short: good, long: good },
    });
    expect(countsOf().callersWord).toMatchObject({ left: 2 });
  });

  it('takes one that left after the bound had passed for one that waited too long', async () => {
    const { clock, admit, countsOf } = setUp();
    const request = admit();
    await clock.pass(20_000);
    request.end('left-unanswered');
    await clock.pass(60_000);
    expect(countsOf().guardrails).toMatchObject({ latency: { long: bad } });
  });

  it('enters a report that came late only at the long horizon, whatever it says', async () => {
    const { clock, admit, countsOf } = setUp();
    const request = admit({ startedMs: clock.nowMs() - 2_000, settleAtLong: true });
    request.end('failed');
    await clock.pass(57_999);
    expect(countsOf().guardrails['reported/errors']).toBeUndefined();
    await clock.pass(1);
    expect(countsOf().guardrails).toMatchObject({
      errors: { short: none, long: none },
      'reported/errors': { short: bad, long: bad },
    });
    expect(countsOf().callersWord).toMatchObject({ reported: 1 });
  });

  it('keeps raw counts only where nobody judges, and for neither arm while the lease has run out', async () => {
    const { clock, admit, countsOf } = setUp();
    admit({ counting: undefined }).end('completed');
    admit({ arm: 'lease-expired' }).end('completed');
    await clock.pass(60_000);
    expect(countsOf()).toMatchObject({ admitted: 1, completed: 1 });
    expect(countsOf().guardrails).toEqual({});
    expect(countsOf('lease-expired')).toMatchObject({ admitted: 1, completed: 1 });
    expect(countsOf('lease-expired').guardrails).toEqual({});
  });
});

it('tells guardrails what an answer took, where its provider told', async () => {
  const { clock, admit } = setUp();
  const courses: RequestCourse[] = [];
  const badAfterMs = (course: RequestCourse): undefined => {
    courses.push(course);
  };
  const observers = jest.spyOn(errors, 'observers');
  observers.mockReturnValue({ errors: { unit: 'request', badAfterMs } });
  try {
    const told = { inputTokens: 3, outputTokens: 4, cachedInputTokens: 1, reasoningTokens: 2 };
    const own = { ...counting };
    admit({ counting: own }).end('completed', told);
    admit({ counting: own }).end('completed');
    await clock.pass(5_000);
    expect(courses.map(({ ended }) => ended?.usage)).toEqual([told, undefined]);
  } finally {
    observers.mockRestore();
  }
});

describe('an answer of another target than the first', () => {
  it('is counted from when it came, and for each request: no subject brings it about', async () => {
    const { clock, admit, countsOf, charged } = setUp();
    for (const failedOver of [true, true, false]) {
      const request = admit({ subjectHash: '1' });
      await clock.pass(1_000);
      request.markAnswered({ failedOver });
      request.end('completed');
    }
    const late = admit({ subjectHash: '1' });
    await clock.pass(6_000);
    late.markAnswered({ failedOver: true });
    await clock.pass(60_000);
    expect(countsOf().guardrails['failovers']).toEqual({
      short: { exposed: 4, bad: 2 },
      long: { exposed: 4, bad: 3 },
    });
    expect(charged.takePending().filter(({ guardrail }) => guardrail === 'failovers')).toEqual([]);
  });

  it('is not what a chain is that gave no answer, rescued or not', async () => {
    const { clock, admit, countsOf } = setUp();
    const rescued = admit();
    rescued.markFailed();
    rescued.markAnswered({ failedOver: false });
    rescued.end('completed');
    admit().end('failed');
    await clock.pass(60_000);
    expect(countsOf().guardrails['failovers']!.long).toEqual({ exposed: 2, bad: 0 });
  });

  it('is unknown where the application has called the provider itself', async () => {
    const { clock, admit, countsOf } = setUp();
    admit({ settleAtLong: true }).end('completed');
    await clock.pass(60_000);
    expect(countsOf().guardrails).toMatchObject({
      failovers: { long: none },
      'reported/errors': { long: good },
    });
  });
});

describe('latency relative to stable', () => {
  const edge = { stableMs: 100, candidateMs: 156.25 };
  const edges = { p50: { ...edge, oncePerStep: true }, p99: { ...edge, oncePerStep: false } };
  const relative = { ...counting, slowdown: { answers: 1000, edges } };
  const long = (counts: ReturnType<ReturnType<typeof setUp>['countsOf']>) =>
    ['p50', 'p99'].map((quantile) => counts.guardrails[`slowdown/${quantile}`]!.long);

  it('has an edge for each arm, and at a high base rate one request of a subject and step', async () => {
    const { clock, admit, countsOf, charged } = setUp();
    const ask = async (ms: number, more: Partial<Admission>) => {
      const request = admit({ counting: relative, ...more });
      await clock.pass(ms);
      request.markAnswered({ failedOver: false });
      request.end('completed');
    };
    for (const arm of ['stable', 'candidate'] as const) {
      for (const subjectHash of [`${arm.length}`, `${arm.length}`, undefined])
        await ask(120, { arm, subjectHash });
    }
    await clock.pass(61_000); // A second in which something is due is settled at its end.
    expect(long(countsOf('stable'))).toEqual([
      { exposed: 2, bad: 2 },
      { exposed: 2, bad: 1 }, // The subject's bad event is a charge, and its second request no unit any more.
    ]);
    expect(long(countsOf('candidate'))).toEqual([
      { exposed: 2, bad: 0 },
      { exposed: 3, bad: 0 },
    ]);
    expect(takeCharges(charged).map(({ guardrail, horizon }) => [guardrail, horizon])).toEqual([
      ['slowdown/p99', 'short'],
      ['slowdown/p99', 'long'],
    ]);
  });
});

describe('the subject is the unit', () => {
  it('charges a subject once and takes it out of that guardrail and horizon in both arms', async () => {
    const { clock, admit, countsOf, charged } = setUp();
    admit({ subjectHash: '1' }).end('failed');
    await clock.pass(60_000);
    admit({ subjectHash: '1' }).end('failed');
    admit({ subjectHash: '1', arm: 'stable', splitVersion: 8 }).end('completed');
    await clock.pass(60_000);
    expect(charged.takePending().filter(({ guardrail }) => guardrail === 'errors')).toEqual([
      {
        releaseId: 'rel_1',
        guardrail: 'errors',
        horizon: 'short',
        subjectHash: '1',
        arm: 'candidate',
        splitVersion: 7,
      },
      {
        releaseId: 'rel_1',
        guardrail: 'errors',
        horizon: 'long',
        subjectHash: '1',
        arm: 'candidate',
        splitVersion: 7,
      },
    ]);
    expect(countsOf().guardrails.errors).toEqual({ short: good, long: good });
    expect(countsOf('stable').guardrails.errors).toEqual({ short: none, long: none });
    expect(countsOf('stable').guardrails.latency).toEqual({ short: good, long: good });
    expect(countsOf().failed).toBe(2);
  });

  it('leaves subjects out that another gateway charged, in that release only', async () => {
    const { clock, admit, countsOf, charged } = setUp();
    charged.learn([{ releaseId: 'rel_1', guardrail: 'errors', horizon: 'short', subjectHash: '1' }]);
    admit({ subjectHash: '1' }).end('completed');
    admit({ subjectHash: '1', arm: 'stable', counting: { ...counting, releaseId: 'rel_2' } }).end(
      'completed',
    );
    await clock.pass(60_000);
    expect(countsOf().guardrails.errors).toEqual({ short: none, long: good });
    expect(countsOf('stable').guardrails.errors).toEqual({ short: good, long: good });
  });

  it('counts every anonymous request as a unit of its own', async () => {
    const { clock, admit, countsOf, charged } = setUp();
    admit().end('failed');
    admit().end('failed');
    await clock.pass(60_000);
    expect(countsOf().guardrails.errors!.long).toEqual({ exposed: 2, bad: 2 });
    expect(charged.takePending()).toEqual([]);
  });
});

describe('what is superseded', () => {
  const day = 24 * 60 * 60 * 1000;

  it('is forgotten when it is written and no assignment of it is valid any more', async () => {
    const { clock, counters, admit } = setUp();
    admit({ splitVersion: 7 }).end('completed');
    await clock.pass(60_000);
    counters.takeChanged();
    admit({ splitVersion: 8 });
    await clock.pass(day);
    counters.takeChanged();
    counters.forgetSuperseded();
    admit({ splitVersion: 7 });
    expect(counters.takeChanged().map(({ counts }) => counts.admitted)).toEqual([2]);
    await clock.pass(day);
    counters.takeChanged();
    counters.forgetSuperseded();
    admit({ splitVersion: 7 });
    admit({ splitVersion: 8 });
    expect(counters.takeChanged().map((row) => [row.splitVersion, row.counts.admitted])).toEqual([[8, 2]]);
  });

  it('stays as long as it is not written', async () => {
    const { clock, counters, admit } = setUp();
    admit({ splitVersion: 7 });
    const taken = counters.takeChanged();
    admit({ splitVersion: 8 });
    counters.putBack(taken);
    await clock.pass(2 * day);
    counters.forgetSuperseded();
    counters.putBack(counters.takeChanged());
    expect(counters.takeChanged().map(({ splitVersion }) => splitVersion)).toEqual([8, 7]);
  });

  it('comes back whole where a request settles later than that (invariant 21)', async () => {
    const { clock, counters, admit } = setUp();
    const lasting = { ...counting, shortHorizonMs: 2 * day, longHorizonMs: 3 * day };
    admit({ splitVersion: 7, counting: lasting }).end('failed');
    admit({ splitVersion: 8 });
    await clock.pass(day + 3_600_000);
    counters.takeChanged();
    counters.forgetSuperseded();
    await clock.pass(day);
    const taken = counters.takeChanged();
    expect(taken.map(({ splitVersion, counts }) => [splitVersion, counts.admitted, counts.failed])).toEqual([
      [7, 1, 1],
    ]);
    expect(taken[0]?.counts.guardrails.errors).toEqual({ short: bad, long: none });
    counters.putBack(taken);
    expect(counters.takeChanged()).toEqual(taken);
  });
});

it('gives cumulative counts, again after a write that failed (invariant 21)', () => {
  const { admit, counters } = setUp();
  admit();
  const taken = counters.takeChanged();
  expect(counters.takeChanged()).toEqual([]);
  counters.putBack(taken);
  admit();
  expect(counters.takeChanged().map(({ counts }) => counts.admitted)).toEqual([2]);
  expect(taken[0]?.counts.admitted).toBe(1);
});

it('shows what it counts where only a subject of its own fell on an arm', () => {
  const { counters, countsOf } = setUp();
  for (let i = 0; i < 3; i += 1) counters.draw({ app: 'bank', splitVersion: 7, arm: 'stable', counting });
  const { drawn, admitted, guardrails } = countsOf('stable');
  expect([drawn, admitted, Object.keys(guardrails)]).toEqual([
    3,
    0,
    expect.arrayContaining(['errors']) as string[],
  ]);
});

describe('what answers were', () => {
  const whole = { truncated: false, refused: false, invalidFormat: false };
  const own = { ...counting, truncated: { oncePerStep: false } };

  it('is counted at the long horizon alone, and not for what stable gave in the candidate’s place', async () => {
    const { clock, admit, countsOf } = setUp();
    const [cut, fine, rescued] = [
      admit({ counting: own }),
      admit({ counting: own }),
      admit({ counting: own }),
    ];
    cut.markFacts({ ...whole, truncated: true });
    fine.markFacts(whole);
    rescued.markFailed();
    rescued.markFacts({ ...whole, truncated: true });
    for (const request of [cut, fine, rescued]) request.end('completed');
    await clock.pass(60_000);
    expect(countsOf().guardrails['truncated']).toEqual({ short: none, long: { exposed: 2, bad: 1 } });
    expect(countsOf().facts).toEqual({ answers: 2, truncated: 1, refused: 0, invalidFormat: 0 });
  });

  it('is told without a release too: later ones are held beside it', () => {
    const { admit, countsOf } = setUp();
    const request = admit({ counting: undefined, arm: 'stable' });
    request.markFacts({ ...whole, refused: true });
    request.end('completed');
    expect(countsOf('stable').facts).toMatchObject({ answers: 1, refused: 1 });
  });
});

describe('segments', () => {
  const segments = { errors: { label: 'tenant', values: ['acme'] } };
  const labels = { tenant: 'acme' };
  const withSegments = { counting: { ...counting, segments } };

  it('count a request on the whole and in its own, and are there before anything is settled', async () => {
    const { clock, admit, countsOf } = setUp();
    admit({ ...withSegments, labels }).end('failed');
    expect(countsOf().guardrails['errors@tenant=acme']).toEqual({ short: none, long: none });
    admit(withSegments).end('completed');
    // What the plan does not name has no row, however many callers make up.
    for (let i = 0; i < 20; i += 1) admit({ ...withSegments, labels: { tenant: `t${i}` } }).end('completed');
    await clock.pass(60_000);
    expect(countsOf().guardrails).toMatchObject({
      errors: { long: { exposed: 22, bad: 1 } },
      'errors@tenant=acme': { short: bad, long: bad },
    });
    expect(Object.keys(countsOf().guardrails).filter((name) => name.includes('@'))).toEqual([
      'errors@tenant=acme',
    ]);
  });

  it('charge a subject once in each, and on the whole', async () => {
    const { clock, charged, admit, countsOf } = setUp();
    const of = { ...withSegments, subjectHash: '7' };
    admit({ ...of, labels }).end('failed');
    admit(of).end('failed');
    admit({ ...of, labels }).end('failed');
    await clock.pass(60_000);
    const charges = takeCharges(charged).filter(({ horizon }) => horizon === 'long');
    expect(charges.map(({ guardrail }) => guardrail).sort()).toEqual(['errors', 'errors@tenant=acme']);
    expect(countsOf().guardrails).toMatchObject({
      errors: { long: { exposed: 1 } },
      'errors@tenant=acme': { long: { exposed: 1 } },
    });
  });

  it('have nothing of what is reported after the fact', async () => {
    const { clock, admit, countsOf } = setUp();
    admit({ ...withSegments, labels, settleAtLong: true }).end('failed');
    await clock.pass(60_000);
    expect(countsOf().guardrails['errors@tenant=acme']!.long).toEqual(none);
  });
});
