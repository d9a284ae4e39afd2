import { createStickyCheck } from './sticky-check.ts';

/** `subject version arm [reason]`, with one candidate revision unless said. */
function violations(
  ...seen: [string, number, 'stable' | 'candidate', { reason?: string; revision?: string }?][]
): string[] {
  const check = createStickyCheck();
  for (const [subject, splitVersion, arm, more = {}] of seen) {
    const revision = more.revision ?? (arm === 'candidate' ? 'rev_b' : 'rev_a');
    check.observe({ subject, splitVersion, arm, revision, reason: more.reason ?? 'weight' });
  }
  return check
    .report()
    .violations.map(({ subject, fromVersion, toVersion }) => `${subject} ${fromVersion}>${toVersion}`);
}

describe('what callers see of sticky arms (invariant 15)', () => {
  it('is in order while subjects stay, or move to the candidate by a raise', () => {
    expect(
      violations(['s', 1, 'stable'], ['s', 1, 'stable'], ['s', 2, 'candidate'], ['s', 3, 'candidate']),
    ).toEqual([]);
  });

  it('is not when a subject changes its arm within a version', () => {
    expect(violations(['s', 1, 'stable'], ['s', 1, 'candidate'])).toEqual(['s 1>1']);
  });

  it('is not when a subject goes back to stable while others keep the candidate', () => {
    expect(violations(['s', 1, 'candidate'], ['t', 2, 'candidate'], ['s', 2, 'stable'])).toEqual(['s 1>2']);
  });

  it('is in order when everybody goes back: a rollback, and a later release of the same revision', () => {
    expect(
      violations(['s', 1, 'candidate'], ['s', 2, 'stable'], ['t', 3, 'candidate'], ['s', 3, 'stable']),
    ).toEqual([]);
  });

  it('is in order when another candidate comes', () => {
    const next = { revision: 'rev_c' };
    expect(violations(['s', 1, 'candidate'], ['t', 2, 'candidate', next], ['s', 2, 'stable'])).toEqual([]);
  });

  it('leaves out what the split did not decide', () => {
    expect(violations(['s', 1, 'candidate'], ['s', 1, 'stable', { reason: 'lease-expired' }])).toEqual([]);
    expect(violations(['s', 1, 'candidate'], ['s', 1, 'stable', { reason: 'rescued' }])).toEqual([]);
  });
});
