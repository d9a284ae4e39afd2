import { createCipheriv, randomBytes } from 'node:crypto';
import { createDataKeys, parseDataKey, parseDataKeyList, subjectHash } from './data-keys.ts';
import { open, seal, sealedWith, type SealedPlace } from './sealing.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const keys = createDataKeys([first]);
const rotated = createDataKeys([second, first]);
const place: SealedPlace = { kind: 'sample', app: 'bank', environment: 'production', id: 'a' };
const plain = Buffer.from('secret');

/** As it was sealed before keys had names. */
function sealedBefore(key: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

describe('sealing (invariant 22)', () => {
  it('opens what it sealed, and never seals the same twice', () => {
    expect(open(keys, place, seal(keys, place, plain))).toEqual(plain);
    expect(seal(keys, place, plain)).not.toEqual(seal(keys, place, plain));
    expect(seal(keys, place, plain).includes(plain)).toBe(false);
  });

  it('opens in its own row alone', () => {
    const sealed = seal(keys, place, plain);
    const others: SealedPlace[] = [
      { ...place, id: 'b' },
      { ...place, app: 'other' },
      { ...place, environment: 'staging' },
      { ...place, app: 'bank","production', environment: 'a' },
    ];
    for (const other of others) expect(() => open(keys, other, sealed)).toThrow('moved here');
  });

  it('refuses another key, every changed byte and every cut end', () => {
    const sealed = seal(keys, place, plain);
    expect(() => open(createDataKeys([second]), place, sealed)).toThrow(
      `does not have its key ${keys.current.id}`,
    );
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => open(keys, place, changed)).toThrow('cannot be opened');
      expect(() => open(keys, place, sealed.subarray(0, at))).toThrow('cannot be opened');
    }
    // Without its mark it would be bound to no place.
    expect(() => open(keys, place, sealed.subarray(12))).toThrow('cannot be opened');
  });

  it('goes on to open what a former key sealed, and what was sealed before keys had names', () => {
    const before = seal(keys, place, plain);
    expect(sealedWith(before)).toBe(keys.current.id);
    expect(open(rotated, place, before)).toEqual(plain);
    expect(sealedWith(seal(rotated, place, plain))).toBe(rotated.current.id);
    expect(open(rotated, place, sealedBefore(first))).toEqual(plain);
    expect(sealedWith(sealedBefore(first))).toBeUndefined();
  });
});

describe('data keys', () => {
  it('are 32 bytes of base64, one or several', () => {
    const texts = [first, second].map((key) => key.toString('base64'));
    expect(parseDataKey(texts[0] ?? '')).toEqual(first);
    expect(parseDataKeyList(`${texts[0] ?? ''}, ${texts[1] ?? ''}\n`)).toEqual([first, second]);
    expect(() => parseDataKey('c2hvcnQ=')).toThrow('32 bytes');
    expect(() => parseDataKey('')).toThrow('32 bytes');
    expect(() => parseDataKey(`${'*'.repeat(43)}=`)).toThrow('no base64');
    expect(() => parseDataKeyList(`${texts[0] ?? ''},short`)).toThrow('32 bytes');
  });

  it('hash a subject by key and app into 64 bits, and alike when the current key is changed', () => {
    const hash = subjectHash(keys, 'app', 'ada');
    expect(hash).toBe(subjectHash(keys, 'app', 'ada'));
    expect(subjectHash(rotated, 'app', 'ada')).toBe(hash);
    expect(hash).not.toBe(subjectHash(keys, 'other', 'ada'));
    expect(hash).not.toBe(subjectHash(createDataKeys([first], second), 'app', 'ada'));
    expect(BigInt.asIntN(64, BigInt(hash)).toString()).toBe(hash);
  });
});
