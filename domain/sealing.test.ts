import { randomBytes } from 'node:crypto';
import { open, parseDataKey, seal, subjectHash } from './sealing.ts';

const key = randomBytes(32);

describe('sealing (invariant 22)', () => {
  it('opens what it sealed, and never seals the same twice', () => {
    const plain = Buffer.from('secret');
    expect(open(key, seal(key, plain))).toEqual(plain);
    expect(seal(key, plain)).not.toEqual(seal(key, plain));
    expect(seal(key, plain).includes(plain)).toBe(false);
  });

  it('refuses another key, a changed byte and a cut end', () => {
    const sealed = seal(key, Buffer.from('secret'));
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(30) ^ 1, 30);
    const wrong = [
      () => open(randomBytes(32), sealed),
      () => open(key, changed),
      () => open(key, sealed.subarray(0, 20)),
    ];
    for (const attempt of wrong) expect(attempt).toThrow('cannot be opened');
  });

  it('takes keys of 32 bytes only', () => {
    expect(parseDataKey(key.toString('base64'))).toEqual(key);
    expect(() => parseDataKey('c2hvcnQ=')).toThrow('32 bytes');
  });

  it('hashes a subject by key and app into 64 bits', () => {
    const hash = subjectHash(key, 'app', 'ada');
    expect(hash).toBe(subjectHash(key, 'app', 'ada'));
    expect(hash).not.toBe(subjectHash(key, 'other', 'ada'));
    expect(hash).not.toBe(subjectHash(randomBytes(32), 'app', 'ada'));
    expect(BigInt.asIntN(64, BigInt(hash)).toString()).toBe(hash);
  });
});
