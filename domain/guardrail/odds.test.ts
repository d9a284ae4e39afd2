import { actsAlone, oddsAgainst, oddsText } from './odds.ts';

describe('evidence as odds', () => {
  it.each([
    [Math.log(80_123), '80,000 : 1'],
    [Math.log(120), '120 : 1'],
    [Math.log(7.25), '7.3 : 1'],
    [0, '1 : 1'],
    [-3, 'below 1 : 1'],
    [Math.log(999.6), '1,000 : 1'],
    [700, 'over 1,000,000,000 : 1'],
  ])('says %s as %s', (log, says) => {
    expect(oddsText(log)).toBe(says);
  });

  it('acts alone at its share of alpha: with six guardrails and 5 %, at 120 : 1', () => {
    expect(oddsAgainst(11.3, actsAlone(Math.log(1 / 0.05), 1 / 6))).toBe(
      '81,000 : 1 against "no worse", acts at 120 : 1',
    );
  });
});
