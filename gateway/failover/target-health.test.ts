import { failure, failureOfStatus, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createTargetHealth, type CallPatience } from './target-health.ts';

const hasty: CallPatience = { connect: 100, firstContent: 500, idle: 500, call: 1_000 };
const patient: CallPatience = { connect: 2_000, firstContent: 60_000, idle: 60_000, call: 600_000 };
const target: ResolvedTarget = {
  provider: 'openai',
  kind: 'openai',
  baseUrl: 'http://openai.test/v1',
  model: 'm',
  logicalModel: 'm',
  parameters: {},
  timeoutsMs: patient,
};
const tooSlow = failure('timeout', 'It took too long.');
const overloaded = failureOfStatus(500, undefined);

const clock = manualClock();
let health = createTargetHealth(clock);
beforeEach(() => {
  health = createTargetHealth(clock);
});

function ask(patience: CallPatience, outcome: ProviderFailure | 'answered'): 'admitted' | 'skipped' {
  const admission = health.admit(target, patience);
  if (admission.kind === 'admitted') admission.report(outcome);
  return admission.kind;
}
const times = <T>(count: number, what: () => T): T[] => Array.from({ length: count }, what);

it('is left alone by who found it too slow, and by nobody who waits longer', () => {
  times(5, () => ask(hasty, tooSlow));
  expect(ask(hasty, 'answered')).toBe('skipped');
  expect(ask({ ...hasty }, 'answered')).toBe('skipped');
  expect(ask(patient, 'answered')).toBe('admitted');
  clock.advance(5_000);
  expect(ask(hasty, 'answered')).toBe('admitted');
});

it('is left alone by everybody for what it did itself', () => {
  times(5, () => ask(hasty, overloaded));
  expect(ask(patient, 'answered')).toBe('skipped');
  expect(ask(hasty, 'answered')).toBe('skipped');
});

it('is charged for slowness by the hasty alone where an answer breaks off, too', () => {
  times(5, () => {
    const admission = health.admit(target, hasty);
    if (admission.kind !== 'admitted') throw new Error('It was skipped.');
    admission.report('answered');
    admission.brokeLater(tooSlow);
  });
  expect(ask(patient, 'answered')).toBe('admitted');
  expect(ask(hasty, 'answered')).toBe('skipped');
});

it('keeps no permit of a probe that slowness forbids', () => {
  const early = times(5, () => health.admit(target, hasty));
  times(5, () => ask(patient, overloaded));
  clock.advance(4_000);
  for (const admission of early) if (admission.kind === 'admitted') admission.report(tooSlow);
  clock.advance(1_000);
  expect(ask(hasty, 'answered')).toBe('skipped');
  expect(ask(patient, 'answered')).toBe('admitted');
});

it('is charged by nobody for the time that an app gives all targets together, nor relieved by it', () => {
  const over = failure('timeout', 'It took too long in all.', { code: 'total_timeout' });
  times(9, () => ask(hasty, over));
  times(9, () => {
    const admission = health.admit(target, hasty);
    if (admission.kind !== 'admitted') throw new Error('It was skipped.');
    admission.report('answered');
    admission.brokeLater(over);
  });
  expect(ask(hasty, 'answered')).toBe('admitted');
  times(20, () => ask(patient, overloaded));
  clock.advance(5_000);
  expect(ask(patient, over)).toBe('admitted');
  times(2, () => ask(patient, overloaded));
  expect(ask(patient, 'answered')).toBe('skipped');
});

it.each([
  [401, { status: 502, code: 'http_401', fault: 'operator', matter: 'key' }],
  [402, { status: 503, code: 'http_402', fault: 'operator', matter: 'account' }],
  [500, { status: 503, code: 'provider_unavailable', fault: 'provider' }],
])('says while it is left alone what its operator has to mend: after %i', (status, said) => {
  times(5, () => ask(patient, failureOfStatus(status, undefined)));
  expect(health.admit(target, patient)).toMatchObject({
    kind: 'skipped',
    failure: { kind: 'unavailable', ...said },
  });
});
