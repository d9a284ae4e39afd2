import { callVerdicts, type WorkResult } from '../evals/work.ts';
import { resultOfRow, rowOfResult } from './result-rows.ts';

const result: WorkResult = {
  ...{ caseId: 's/a', revision: 'rev_a', target: 0, repeat: 1, latencyMs: 5 },
  ...{ verdict: 'passed', details: { inputTokens: 5 } },
};

describe('a stored result', () => {
  it.each(callVerdicts)('comes back as it was: %s', (verdict) => {
    expect(resultOfRow(rowOfResult('run', { ...result, verdict }))).toEqual({ ...result, verdict });
  });

  it('is a pass for readers that know passes alone only where it is one (invariant 26)', () => {
    const passes = callVerdicts.filter((verdict) => rowOfResult('run', { ...result, verdict }).passed);
    expect(passes).toEqual(['passed']);
  });

  it('of before there were four verdicts is a pass or a failure', () => {
    const { verdict: _, ...row } = { ...result, runId: 'run' };
    expect(resultOfRow({ ...row, passed: true, details: {} }).verdict).toBe('passed');
    expect(resultOfRow({ ...row, passed: false, error: 'late', details: {} }).verdict).toBe('failed');
  });
});
