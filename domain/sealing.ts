import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { SluiceError } from './errors.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** A data key: 32 bytes. Throws `invalid_request` for base64 of any other length. */
export function parseDataKey(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64');
  if (key.length !== 32) {
    throw new SluiceError('invalid_request', `A data key has 32 bytes, this one ${key.length}.`, {
      remedy: 'Make one with: openssl rand -base64 32',
    });
  }
  return key;
}

/** Encrypts by AES-256-GCM: nonce (12 bytes), tag (16 bytes), ciphertext (invariant 22). */
export function seal(key: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Decrypts what `seal` made. Throws `forbidden` where the key is another one or a byte was changed. */
export function open(key: Buffer, sealed: Buffer): Buffer {
  const tagEnd = nonceBytes + tagBytes;
  try {
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(sealed.subarray(nonceBytes, tagEnd));
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
  } catch (cause) {
    throw new SluiceError('forbidden', 'Sealed data cannot be opened with this key.', {
      remedy: 'Use the data key that it was sealed with (SLUICE_DATA_KEY).',
      cause,
    });
  }
}

/** A keyed 64-bit hash of a subject of an app, as a signed decimal: what is stored in place of the subject. */
export function subjectHash(key: Buffer, app: string, subject: string): string {
  const digest = createHmac('sha256', key).update(`subject/${app}/${subject}`).digest();
  return digest.readBigInt64BE(0).toString();
}
