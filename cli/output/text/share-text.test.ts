import { atShare, shareText } from './share-text.ts';

it.each([
  [{ weight: 25 }, '25 %', ' at 25 %'],
  [{ weight: 0, audience: 50 }, '50 % of its audience', ' at 50 % of its audience'],
  [{ weight: 25, audience: 50 }, '25 %', ' at 25 %'],
  [{ weight: 0 }, '0 %', ''],
])('says what a candidate has, %j', (share, text, at) => {
  expect(shareText(share)).toBe(text);
  expect(atShare(share)).toBe(at);
});
