import { isOpen, mayFollow, openStates, outcomes, type ReleaseState } from './release.ts';

const states: readonly ReleaseState[] = [...openStates, ...outcomes];

describe('the graph of a release (invariant 4)', () => {
  it('lets no end be left', () => {
    for (const end of outcomes) expect(states.filter((to) => to !== end && mayFollow(end, to))).toEqual([]);
  });

  it('leads from every open state to an end', () => {
    for (const from of openStates) expect(outcomes.some((end) => mayFollow(from, end))).toBe(true);
  });

  it('never goes from rolling back to progressing, paused or promoted (invariant 5)', () => {
    for (const to of ['progressing', 'paused', 'promoted'] as const)
      expect(mayFollow('rolling_back', to)).toBe(false);
  });

  it('promotes only what progresses', () => {
    expect(states.filter((from) => from !== 'promoted' && mayFollow(from, 'promoted'))).toEqual([
      'progressing',
    ]);
  });

  it('knows open states from ends', () => {
    expect(states.filter(isOpen)).toEqual(openStates);
  });
});
