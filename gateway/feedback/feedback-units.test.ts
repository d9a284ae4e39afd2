import type { RequestCourse } from '../../domain/guardrail/request-course.ts';
import { createObservations } from '../telemetry/observations.ts';
import { createChargedSubjects } from '../telemetry/charged-subjects.ts';
import { createCounters, type Admission } from '../telemetry/counters.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createFeedbackUnits } from './feedback-units.ts';

const counting = {
  ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000, slowMs: 10_000 },
  named: {
    thumbs: { kind: 'event', event: 'thumb', bad: 'down', withinMs: 600_000 },
    stars: { kind: 'event', event: 'stars', bad: { below: 3 }, withinMs: 120_000 },
  },
};

function setUp() {
  const clock = manualClock();
  const units = createFeedbackUnits(clock, 5);
  const charged = createChargedSubjects();
  const counters = createCounters({
    ...{ clock, units, charged, observations: createObservations(clock) },
  });
  const answered = (ref: string, more: Partial<Admission> = {}) => {
    const request = counters.admit({
      ...{ app: 'bank', splitVersion: 7, arm: 'candidate', counting, totalTimeoutMs: 60_000, refs: [ref] },
      ...more,
    });
    request.end('completed');
    return request;
  };
  const counted = (name: string) =>
    counters.takeChanged().find(({ arm }) => arm === 'candidate')?.counts.guardrails[`event:${name}`]?.long;
  return { clock, units, counters, charged, answered, counted };
}

const down = (ref: string) => ({ ref, name: 'thumb', value: 'down' });

it('counts what is told within the horizon of each guardrail, by when the request began, and once', async () => {
  const { clock, units, answered, counted } = setUp();
  answered('a');
  answered('b');
  await clock.pass(119_000);
  units.learn([down('a'), down('a'), { ref: 'b', name: 'stars', value: 2 }]);
  await clock.pass(1_000);
  expect(counted('stars')).toEqual({ exposed: 2, bad: 1 });
  units.learn([{ ref: 'a', name: 'stars', value: 1 }, down('a')]);
  await clock.pass(480_000);
  expect(counted('thumbs')).toEqual({ exposed: 2, bad: 1 });
  units.learn([down('b')]);
  answered('c');
  await clock.pass(600_000);
  expect(counted('thumbs')).toEqual({ exposed: 3, bad: 1 });
});

it('has one unit of a subject in a step, and hears what is told of any of its answers', async () => {
  const { clock, units, answered, charged, counted } = setUp();
  answered('a', { subjectHash: '1' });
  answered('b', { subjectHash: '1' });
  answered('c', { subjectHash: '2' });
  units.learn([down('b')]);
  await clock.pass(600_000);
  // Which gateway's it is, where the subject came to several, the store knows: nothing is counted here.
  const of = { releaseId: 'rel_1', arm: 'candidate', splitVersion: 7 };
  const rows = charged.takePending();
  expect(rows.filter(({ guardrail }) => guardrail === 'event:thumbs')).toEqual([
    { ...of, guardrail: 'event:thumbs', subjectHash: '1', bad: true },
    { ...of, guardrail: 'event:thumbs', subjectHash: '2', bad: false },
  ]);
  expect(counted('thumbs')).toEqual({ exposed: 0, bad: 0 });
});

it('has with zero tolerance a unit in each answer, counted once: when it is bad, or when its time is over', async () => {
  const { clock, units, answered, counted } = setUp();
  const harm = { kind: 'event', event: 'harm', bad: true, withinMs: 300_000, eachAnswer: true };
  const more = { subjectHash: '1', counting: { ...counting, named: { ...counting.named, harm } } };
  answered('a', more);
  await clock.pass(400_000);
  answered('b', more);
  units.learn([{ ref: 'b', name: 'harm', value: true }]);
  // Nothing was told of the subject's first answer; that of its second is counted at once.
  expect(counted('harm')).toEqual({ exposed: 2, bad: 1 });
  units.learn([{ ref: 'b', name: 'harm', value: 'again' }, down('b')]);
  await clock.pass(700_000);
  // Nothing that was told or fell due since then is of either answer.
  expect(counted('harm')).toEqual({ exposed: 2, bad: 1 });
});

it.each([
  ['another name', { ref: 'a', name: 'regret', value: 'down' }],
  ['another value', { ref: 'a', name: 'thumb', value: 'up' }],
  ['another answer', down('z')],
])('does not count %s', async (_what, event) => {
  const { clock, units, answered, counted } = setUp();
  answered('a');
  units.learn([event]);
  await clock.pass(600_000);
  expect(counted('thumbs')).toEqual({ exposed: 1, bad: 0 });
});

it('has no unit in what failed, was rescued, left or is served without a lease', async () => {
  const { clock, units, counters, answered, counted } = setUp();
  const admission = { app: 'bank', splitVersion: 7, counting, totalTimeoutMs: 60_000 } as const;
  counters.admit({ ...admission, arm: 'candidate', refs: ['a'] }).end('failed');
  counters.admit({ ...admission, arm: 'candidate', refs: ['b'] }).end('left-midway');
  const rescued = counters.admit({ ...admission, arm: 'candidate', refs: ['c'] });
  rescued.markFailed();
  rescued.end('completed');
  answered('d', { arm: 'lease-expired' });
  units.learn(['a', 'b', 'c', 'd'].map(down));
  await clock.pass(600_000);
  expect(counted('thumbs')).toEqual({ exposed: 0, bad: 0 });
});

it('takes no more units than it has room for, and has room again when they are settled', async () => {
  const { clock, answered, counted } = setUp();
  for (const ref of ['a', 'b', 'c', 'd', 'e', 'f']) answered(ref);
  await clock.pass(600_000);
  expect(counted('thumbs')).toEqual({ exposed: 5, bad: 0 });
  answered('g');
  await clock.pass(600_000);
  expect(counted('thumbs')).toEqual({ exposed: 6, bad: 0 });
});

it('remembers at most 200 answers of one subject, and forgets all of them with its unit', () => {
  const clock = manualClock();
  const units = createFeedbackUnits(clock);
  const course: RequestCourse = { totalTimeoutMs: 1 };
  const close = units.open({ refs: ['a'], key: 'k', course, startedMs: 0 });
  units.join(
    'k',
    Array.from({ length: 300 }, (_, i) => `r${i}`),
  );
  units.learn([down('r198'), down('r199')]);
  expect(course.events?.get('thumb')).toHaveLength(1);
  close?.();
  units.join('k', ['late']);
  units.learn([down('a'), down('late')]);
  expect(course.events?.get('thumb')).toHaveLength(1);
});
