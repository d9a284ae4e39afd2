import type { LookJudgement } from './judge-looks.ts';
import { lookVerdict, type Measurement } from './look-verdict.ts';

const judgement: LookJudgement = {
  fail: false,
  confident: true,
  absolute: 'within',
  notCounted: [],
  guardrails: [{ name: 'errors', evidence: 4, threshold: 3, candidateRate: 0.2, stableRate: 0.01 }],
};
const good: Measurement = {
  judgement,
  exposures: { candidate: 60, stable: 900 },
  gaps: [],
  lastingGaps: [],
  lost: { lost: 0, admitted: 1_000 },
  stale: false,
};
const over = {
  stage: 'canary-5',
  heldMs: 1_000,
  holdMs: 1_000,
  deadlineMs: 5_000,
  minExposures: 50,
  promote: false,
};
const verdict = (measured: Partial<Measurement>, timing: Partial<typeof over> = {}) =>
  lookVerdict({ ...good, ...measured }, { ...over, ...timing }).verdict;
const judged = (more: Partial<LookJudgement>) => ({ judgement: { ...judgement, ...more } });

describe('the verdict of a look', () => {
  it('is a pass only when the hold is over', () => {
    expect(verdict({})).toBe('pass');
    expect(verdict({}, { heldMs: 999 })).toBe('wait');
  });

  it.each([
    ['too few requests', { exposures: { candidate: 49, stable: 900 } }],
    ['counts that may be old', { stale: true }],
    ['a guardrail that the gateways do not count', judged({ notCounted: ['failovers'] })],
    ['guardrails not shown to be no worse', judged({ confident: false })],
  ])('is never a pass on %s: it waits, and is inconclusive in the end', (_, measured) => {
    expect(verdict(measured)).toBe('wait');
    expect(verdict(measured, { heldMs: 5_000 })).toBe('inconclusive');
  });

  it('is a fail at once, hold or no hold, promotion or none (invariant 13)', () => {
    expect(verdict(judged({ fail: true }), { heldMs: 0 })).toBe('fail');
    expect(verdict(judged({ fail: true }), { promote: true })).toBe('fail');
  });

  it('says where it fails: in the segment that shows it, and of the whole also in one that is enough', () => {
    const [errors] = judgement.guardrails;
    const segment = { name: 'tenant=acme', evidence: 9, actsAt: 6, candidateRate: 1, stableRate: 0.01 };
    const reasonOf = (more: object) =>
      lookVerdict(
        {
          ...good,
          ...judged({ fail: true, guardrails: [{ ...errors!, segment: { ...segment, ...more } }] }),
        },
        over,
      ).reason;
    expect(reasonOf({ leads: true })).toMatch(
      /^errors worse than stable in tenant=acme: 100\.0 % against 1\.0 %, .*; on the whole 20\.0 % against 1\.0 %$/,
    );
    expect(reasonOf({})).toMatch(
      /^errors worse than stable: 20\.0 % against 1\.0 %, .*; worst in tenant=acme: 100\.0 % against 1\.0 %$/,
    );
    expect(reasonOf({ evidence: 5 })).not.toContain('acme');
  });

  it('waits while a guardrail holds the step, promotion or none, and is inconclusive in the end', () => {
    const held = judged({ hold: 'failovers: candidate 80.0 %' });
    expect(verdict(held)).toBe('wait');
    expect(verdict(held, { promote: true })).toBe('wait');
    expect(verdict(held, { heldMs: 5_000 })).toBe('inconclusive');
    expect(verdict(judged({ hold: 'failovers', fail: true }))).toBe('fail');
    const guardrails = [
      { ...judgement.guardrails[0]!, name: 'failovers', evidence: 90 },
      ...judgement.guardrails,
    ];
    const failed = lookVerdict({ ...good, ...judged({ fail: true, guardrails }) }, over);
    expect(failed.reason).toMatch(/^errors worse than stable/);
  });

  it('is not changed by gaps that last, however many: nothing in them is known to be bad (invariants 21, 26)', () => {
    const gaps = Array.from({ length: 40 }, (_, i) => `gateway-${i}/boot`);
    const silent = { gaps, lastingGaps: gaps, lost: { lost: 100, admitted: 1_000 } };
    expect(verdict(silent)).toBe('pass');
    expect(verdict(silent, { heldMs: 0 })).toBe('wait');
    expect(verdict({ ...silent, ...judged({ fail: true }) })).toBe('fail');
  });

  it('starts the step again where more than a tenth of it fell into gaps, promotion or none', () => {
    const gaps = ['a/1', 'b/1', 'c/1', 'd/1'];
    const silent = { gaps, lastingGaps: gaps, lost: { lost: 101, admitted: 1_000 } };
    expect(verdict(silent)).toBe('again');
    expect(verdict(silent, { promote: true })).toBe('again');
    expect(verdict({ ...silent, ...judged({ fail: true }) })).toBe('fail');
    const { reason } = lookVerdict({ ...good, ...silent }, over);
    expect(reason).toBe(
      '101 of 1000 requests of the candidate fell into gaps of a/1, b/1, 2 more: the step starts again',
    );
  });

  it('waits on new gaps: after an outage of the database every gateway seems silent (invariant 21)', () => {
    expect(verdict({ gaps: ['a/1'] })).toBe('wait');
    expect(verdict({ gaps: ['a/1', 'b/1'] }, { promote: true })).toBe('wait');
    expect(verdict({ gaps: ['a/1', 'b/1'], lastingGaps: ['a/1'] }, { heldMs: 5_000 })).toBe('wait');
  });

  it('at 100 % alarms on the absolute bound and fails on the emergency rate', () => {
    expect(verdict(judged({ absolute: 'alarm' }))).toBe('alarm');
    expect(verdict(judged({ absolute: 'emergency' }))).toBe('fail');
  });

  describe('in the comparison that an alarm leads to', () => {
    const comparing = { stage: 'compare' };
    const late = { ...comparing, heldMs: 5_000 };

    it.each(['alarm', 'emergency'] as const)(
      'is never a pass where both arms fail alike (%s): it waits, and cannot tell in the end (invariant 13)',
      (absolute) => {
        expect(verdict(judged({ absolute }), comparing)).toBe('wait');
        expect(verdict(judged({ absolute }), { ...comparing, promote: true })).toBe('wait');
        expect(verdict(judged({ absolute }), late)).toBe('inconclusive');
        expect(verdict(judged({ absolute, fail: true }), comparing)).toBe('fail');
      },
    );

    it('is shortened by a promotion, but needs its evidence: that alone clears the alarm (invariant 13)', () => {
      const promoted = { ...comparing, heldMs: 0, promote: true };
      expect(verdict({}, promoted)).toBe('pass');
      expect(verdict({ exposures: { candidate: 0, stable: 0 } }, promoted)).toBe('wait');
      expect(verdict({ stale: true }, promoted)).toBe('wait');
    });

    it('needs as much of stable as of the candidate, and passes below the bound', () => {
      expect(verdict({}, comparing)).toBe('pass');
      expect(verdict({ exposures: { candidate: 60, stable: 49 } }, comparing)).toBe('wait');
      expect(verdict({ exposures: { candidate: 60, stable: 49 } }, late)).toBe('inconclusive');
    });
  });

  it('skips the hold for a promotion, and says what the step lacked of a pass of its own', () => {
    const promoted = (measured: Partial<Measurement>, heldMs: number) =>
      lookVerdict({ ...good, ...measured }, { ...over, heldMs, promote: true });
    expect(promoted({}, 0)).toMatchObject({ verdict: 'pass', lacking: 'the hold is not over' });
    expect(promoted({ exposures: { candidate: 3, stable: 0 } }, 1_000)).toMatchObject({
      verdict: 'pass',
      lacking: '3 of 50 settled requests of the candidate',
    });
    expect(promoted({}, 1_000).lacking).toBeUndefined();
  });

  it('says in a sentence what failed', () => {
    expect(lookVerdict({ ...good, ...judged({ fail: true }) }, over)).toEqual({
      verdict: 'fail',
      guardrail: 'errors',
      reason: 'errors worse than stable: 20.0 % against 1.0 %, 55 : 1 against "no worse", acts at 20 : 1',
    });
  });

  describe('where callers choose what each arm is asked', () => {
    const oneSided = { oneSided: { why: 'callers sent 9', thinnedBy: 1 }, callersWord: 'callers sent 9' };
    const of = (name: string, evidence: number) => ({ ...judgement.guardrails[0]!, name, evidence });
    const fails = (...guardrails: LookJudgement['guardrails']) => judged({ fail: true, guardrails });

    it('takes nothing back that they can make slow: it waits, and is for people in the end', () => {
      const slow = { ...fails(of('errors', 0.1), of('latency', 9)), ...oneSided };
      expect(verdict(slow)).toBe('wait');
      expect(verdict(slow, { promote: true })).toBe('wait');
      expect(lookVerdict({ ...good, ...slow }, { ...over, heldMs: 5_000 })).toMatchObject({
        ...{
          verdict: 'inconclusive',
          byCallers: true,
          reason: 'latency worse than stable, but callers sent 9',
        },
      });
      expect(verdict(fails(of('errors', 0.1), of('latency', 9)))).toBe('fail');
    });

    it('takes back what fails by anything else', () => {
      expect(verdict({ ...fails(of('errors', 9), of('latency', 2)), ...oneSided })).toBe('fail');
      expect(verdict({ ...fails(of('errors', 4), of('latency', 9)), ...oneSided })).toBe('fail');
    });

    it('takes nothing back that is no worse than stable would be without what they asked too much of it', () => {
      const errors = { ...of('errors', 9), candidateRate: 0.04, stableRate: 0.01 };
      const asked = (thinnedBy: number) => ({ ...oneSided, oneSided: { why: 'callers sent 9', thinnedBy } });
      expect(verdict({ ...fails(errors), ...asked(4) })).toBe('wait');
      expect(verdict({ ...fails(errors), ...asked(3.9) })).toBe('fail');
      expect(verdict({ ...fails({ ...errors, stableRate: 0 }), ...asked(50) })).toBe('fail');
    });

    it('passes by a person alone', () => {
      expect(lookVerdict({ ...good, ...oneSided }, over)).toMatchObject({ verdict: 'wait', byCallers: true });
      expect(verdict(oneSided, { promote: true })).toBe('pass');
    });
  });
});

describe('an event that must never happen', () => {
  const forbidden = { name: 'errors', sentence: 'zero tolerance: 1 of 50' };

  it('is a fail that names it, whatever else has more evidence, and hold or no hold', () => {
    const measured = { ...good, ...judged({ fail: true, forbidden }) };
    expect(lookVerdict(measured, { ...over, heldMs: 0, promote: true })).toEqual({
      ...{ verdict: 'fail', guardrail: 'errors', reason: 'errors: zero tolerance: 1 of 50' },
    });
  });

  it('takes back while callers choose the arms, unless it is by their word', () => {
    const oneSided = { why: 'callers chose', thinnedBy: 100 };
    expect(verdict({ ...judged({ fail: true, forbidden }), oneSided })).toBe('fail');
    const theirs = { ...forbidden, name: 'mine', kind: 'latency' };
    expect(verdict({ ...judged({ fail: true, forbidden: theirs }), oneSided })).toBe('wait');
  });
});

it('names no dry run as what was worse', () => {
  const loud = {
    ...judgement.guardrails[0]!,
    name: 'mine',
    kind: 'latency',
    dryRun: true as const,
    evidence: 90,
  };
  const guardrails = [loud, ...judgement.guardrails];
  expect(lookVerdict({ ...good, ...judged({ fail: true, guardrails }) }, over).guardrail).toBe('errors');
});
