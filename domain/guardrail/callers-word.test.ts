import { callersShares, noCallersWord, thinnedBy, tooMuchWord, unevenTraffic } from './callers-word.ts';

const arm = (admitted: number, word: object = {}) => ({
  admitted,
  callersWord: { ...noCallersWord(), ...word },
});
const shown = { reportsAreJudged: false };
const quiet = arm(100);

it('has shares of what was admitted and left out, also of rows that do not tell', () => {
  expect(callersShares(arm(90, { retries: 10, left: 5 }))).toEqual({
    reported: 0,
    retries: 0.1,
    left: 0.05,
    faults: 0,
  });
  expect(callersShares({ admitted: 0 })).toEqual({ reported: 0, retries: 0, left: 0, faults: 0 });
});

it.each([
  ['a fifth of reports', arm(100, { reported: 20 }), quiet, undefined],
  ['more of them', arm(100, { reported: 21 }), quiet, /^21 % .* the candidate are reported/],
  ['more of them on stable', quiet, arm(100, { reported: 50 }), /^50 % .* stable are reported/],
  ['many of few requests', arm(19, { reported: 19 }), quiet, undefined],
  ['callers who leave both arms alike', arm(100, { left: 40 }), arm(100, { left: 38 }), undefined],
  ['callers who leave the candidate', arm(100, { left: 40 }), arm(100, { left: 10 }), /^callers left 40 %/],
  ['callers who leave both arms', arm(100, { left: 60 }), arm(100, { left: 60 }), /^callers left 60 %/],
  ['callers who leave stable', quiet, arm(100, { left: 40 }), undefined],
  ['requests at fault', arm(100, { faults: 90 }), quiet, undefined],
])('says of %s whether anything may pass', (_what, candidate, stable, sentence) => {
  const said = tooMuchWord({ candidate, stable }, shown);
  if (sentence === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(sentence);
});

it('leaves reports alone where they are judged', () => {
  expect(
    tooMuchWord({ candidate: arm(100, { reported: 90 }), stable: quiet }, { reportsAreJudged: true }),
  ).toBeUndefined();
});

it.each([
  ['requests as the weight says', 50, 950, 5, false],
  ['four times of them on the candidate', 200, 950, 5, false],
  ['more on the candidate', 202, 950, 5, true],
  ['more, but few', 199, 100, 5, false],
  ['all on the candidate', 200, 0, 50, true],
  ['all on stable', 0, 4_000, 5, true],
  ['all on stable of few', 0, 999, 5, false],
  ['none on stable, which few are due to', 4_000, 0, 99, false],
  ['a candidate that everybody has', 9_000, 0, 100, false],
  ['one that testers have alone', 9_000, 50, 0, false],
])('says of %s whether callers choose their arm', (_what, candidate, stable, weight, says) => {
  expect(unevenTraffic({ candidate, stable }, weight) !== undefined).toBe(says);
});

it.each([
  ['as the weight says', 50, 950, 5, 1],
  ['too few of stable', 50, 500, 5, 1],
  ['ten times too many of stable', 50, 9_500, 5, 10],
  ['nobody but stable', 0, 500, 5, Infinity],
  ['a candidate that everybody has', 500, 3, 100, 1],
])(
  'says of %s how much rarer bad events of stable may be for it',
  (_what, candidate, stable, weight, times) => {
    expect(thinnedBy({ candidate, stable }, weight)).toBe(times);
  },
);
