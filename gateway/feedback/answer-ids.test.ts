import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createDataKeys } from '../../program/data-keys.ts';
import { createAnswerIds, newAnswerRef, type AnsweredUnit } from './answer-ids.ts';

const [former, current] = [randomBytes(32), randomBytes(32)];
const ids = createAnswerIds(createDataKeys([current, former]), 'production');
const unit: AnsweredUnit = {
  app: 'bank-support',
  arm: 'candidate',
  splitVersion: 12,
  answeredMs: 1_900_000_000_000,
  ref: newAnswerRef(),
};

it('says what it was signed with, for any app, arm and version', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z0-9-]{1,63}$/),
      fc.constantFrom('stable' as const, 'candidate' as const),
      fc.nat(),
      (app, arm, splitVersion) => {
        const signed = { ...unit, app, arm, splitVersion, ref: newAnswerRef() };
        const id = ids.sign(signed);
        expect(id).toMatch(/^[\w-]+$/);
        expect(ids.read(id)).toEqual(signed);
      },
    ),
  );
});

it('is signed by HMAC-SHA256', () => {
  const key = hkdfSync('sha256', current, '', 'answer/production', 32);
  const bytes = Buffer.from(ids.sign(unit), 'base64url');
  const mac = createHmac('sha256', Buffer.from(key)).update(bytes.subarray(0, -12)).digest();
  expect(bytes.subarray(-12).equals(mac.subarray(0, 12))).toBe(true);
});

it('is read with former keys too, and not in another environment, nor with keys of others', () => {
  const before = createAnswerIds(createDataKeys([former]), 'production').sign(unit);
  expect(ids.read(before)).toEqual(unit);
  expect(createAnswerIds(createDataKeys([current]), 'staging').read(ids.sign(unit))).toBeUndefined();
  expect(createAnswerIds(createDataKeys([randomBytes(32)]), 'production').read(before)).toBeUndefined();
});

it('cannot be turned in any of its letters, shortened, or made up', () => {
  const id = ids.sign(unit);
  for (let i = 0; i < id.length; i += 1) {
    const other = id[i] === 'A' ? 'B' : 'A';
    expect(ids.read(id.slice(0, i) + other + id.slice(i + 1))).toBeUndefined();
    expect(ids.read(id.slice(0, i))).toBeUndefined();
  }
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => ids.read(text) === undefined));
});
