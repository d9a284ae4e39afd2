import { didYouMean, nearest } from './nearest.ts';

const names = ['model', 'provider', 'timeouts', 'apiKeyEnv', 'id'];

it.each([
  ['modle', 'model'],
  ['provder', 'provider'],
  ['timeout', 'timeouts'],
  ['api_key_env', 'apiKeyEnv'],
  ['Model', 'model'],
  ['temperature', undefined],
  ['xy', undefined],
  ['i', undefined],
  ['m'.repeat(5_000), undefined],
])('%s is probably %s', (written, meant) => {
  expect(nearest(written, names)).toBe(meant);
});

it('says so, or nothing', () => {
  expect(didYouMean('modle', names)).toBe('; did you mean "model"?');
  expect(didYouMean('zzz', names)).toBe('');
});
