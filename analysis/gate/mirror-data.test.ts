import { mirrorSchema } from '../../domain/release/plan.ts';
import { mirrorData, samplesNeeded, type MirrorStock } from './mirror-data.ts';

const settings = mirrorSchema.parse({ samples: 100, minPairs: 30, margin: 0.1, maxWait: '10m' });
const need = samplesNeeded(settings);
const since = '2026-11-30T08:12:00.000Z';
const empty = {
  keepsContent: true,
  keepsFresh: true,
  fresh: 0,
  whole: 0,
  altered: 0,
  unknown: 0,
  lastHour: 0,
};
const found = (stock: Partial<MirrorStock>, more: object = {}) =>
  mirrorData({ ...settings, ...more }, { ...empty, ...stock });

it.each<[string, Partial<MirrorStock>, object, 'ready' | 'waits' | 'lacks']>([
  ['what came is there', { fresh: 20, whole: need - 20, since }, {}, 'ready'],
  ['samples of before may be it', { unknown: need }, {}, 'ready'],
  ['nothing is there yet', {}, {}, 'waits'],
  ['few are, and nobody knows how many come', { fresh: 3, altered: 3 }, {}, 'waits'],
  ['few are, and enough come', { whole: need - 1, altered: 100, lastHour: 60 }, {}, 'waits'],
  ['few are, and too few come', { whole: 2, altered: 100, lastHour: 2 }, {}, 'lacks'],
  ['all are altered, and none may be kept as it came', { keepsFresh: false, altered: need }, {}, 'lacks'],
  ['the plan waits for none', { whole: need - 1 }, { maxWait: '0s' }, 'lacks'],
  ['no content is kept', { keepsContent: false }, {}, 'lacks'],
])('where %s', (_, stock, more, state) => {
  expect(found(stock, more)).toMatchObject({ state, need });
});

it('says what is there, since when, why no more is, and what to do', () => {
  const { says, remedy } = found({ whole: 4, altered: 96, lastHour: 2, since, keepsFresh: false });
  expect(says).toBe(
    `the mirror needs ${need} samples that can be asked again: 4 are there (since ${since}, 2 of the last hour; 96 more ` +
      'are altered by redaction, and the policy forbids to keep them as they came); at this pace 4 by the end of maxWait',
  );
  expect(remedy).toContain('samples.fresh');
  expect(found({ altered: 50 }).remedy).toContain('SLUICE_FRESH_KEY');
  expect(found({ altered: 50, fresh: 2 }).says).toContain(
    '48 more are altered by redaction, and their hour is over',
  );
});
