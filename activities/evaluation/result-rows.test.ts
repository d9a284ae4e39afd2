import { callVerdicts, type WorkResult } from '../../evals/run/work.ts';
import { resultsOfRows, rowOfResult } from './result-rows.ts';

const result: WorkResult = {
  ...{ caseId: 's/a', revision: 'rev_a', target: 0, repeat: 1, latencyMs: 5 },
  ...{ verdict: 'passed', details: { inputTokens: 5 } },
};

describe('a stored result', () => {
  it.each(callVerdicts)('comes back as it was: %s', (verdict) => {
    expect(resultsOfRows([rowOfResult('run', { ...result, verdict })])).toEqual([{ ...result, verdict }]);
  });

  it('is a pass for readers that know passes alone only where it is one (invariant 26)', () => {
    const passes = callVerdicts.filter((verdict) => rowOfResult('run', { ...result, verdict }).passed);
    expect(passes).toEqual(['passed']);
  });

  it('of before there were four verdicts is a pass or a failure', () => {
    const { verdict: _, ...row } = { ...result, runId: 'run' };
    const rows = [
      { ...row, passed: true, details: {} },
      { ...row, passed: false, error: 'late', details: {} },
    ];
    expect(resultsOfRows(rows).map(({ verdict }) => verdict)).toEqual(['passed', 'failed']);
  });

  it('of before that tells of a provider’s outage is none: it is asked again', () => {
    const { verdict: _, ...row } = { ...result, runId: 'run' };
    const outage = { ...row, passed: false, error: 'late', details: { fault: 'provider' } };
    expect(resultsOfRows([outage])).toEqual([]);
  });
});
