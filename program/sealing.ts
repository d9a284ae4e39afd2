import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataKey, SealingKeys } from './data-keys.ts';
import { SluiceError } from '../domain/errors.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** What stands before all that is sealed since keys have names. */
const mark = Buffer.from('slu\u0002', 'latin1');
const keyIdBytes = 8;
const headBytes = mark.length + keyIdBytes;

/** Where the keys of each kind stand. */
const variables = {
  sample: 'SLUICE_DATA_KEY',
  'fresh-sample': 'SLUICE_FRESH_KEY',
  'live-answer': 'SLUICE_FRESH_KEY',
  mirrored: 'SLUICE_MIRROR_KEY',
} as const;

/** Which row sealed bytes belong to: in any other place they do not open. */
export interface SealedPlace {
  readonly kind: keyof typeof variables;
  readonly app: string;
  readonly environment: string;
  readonly id: string;
}

/**
 * Encrypts by AES-256-GCM with the current key (invariant 22): mark (4 bytes), key's id (8), nonce (12), tag (16),
 * ciphertext. Mark, id and place are authenticated with it.
 */
export function seal({ current }: Pick<SealingKeys, 'current'>, place: SealedPlace, plain: Buffer): Buffer {
  const head = Buffer.concat([mark, Buffer.from(current.id, 'hex')]);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, current.bytes, nonce).setAAD(boundTo(head, place));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), sealed]);
}

/**
 * Decrypts what `seal` made at this place, and what was sealed before keys had names.
 *
 * @throws SluiceError `forbidden` where none of the keys is the one, where a byte was changed, and in any other place
 */
export function open(keys: Pick<SealingKeys, 'all'>, place: SealedPlace, sealed: Buffer): Buffer {
  const id = sealedWith(sealed);
  const named = keys.all.find((key) => key.id === id);
  const opened =
    (named === undefined ? undefined : decrypted(named, sealed.subarray(headBytes), headOf(sealed, place))) ??
    firstOf(keys.all, (key) => decrypted(key, sealed));
  if (opened !== undefined) return opened;
  throw new SluiceError('forbidden', `Sealed data cannot be opened: ${whyNot(id, named)}.`, {
    remedy: `Name the key that it was sealed with in ${variables[place.kind]}, behind the current one and a comma.`,
    details: { sealed: true },
  });
}

/** The id of the key that it was sealed with; undefined for what was sealed before keys had names. */
export function sealedWith(sealed: Buffer): string | undefined {
  if (!sealed.subarray(0, mark.length).equals(mark)) return undefined;
  return sealed.subarray(mark.length, headBytes).toString('hex');
}

function whyNot(id: string | undefined, named: DataKey | undefined): string {
  if (id === undefined) return 'no data key of this program is the one that it was sealed with';
  if (named === undefined) return `this program does not have its key ${id}`;
  return `it was changed, or moved here from another place (key ${id})`;
}

function headOf(sealed: Buffer, place: SealedPlace): Buffer {
  return boundTo(sealed.subarray(0, headBytes), place);
}

function boundTo(head: Buffer, { kind, app, environment, id }: SealedPlace): Buffer {
  return Buffer.concat([head, Buffer.from(JSON.stringify([kind, app, environment, id]))]);
}

/** Undefined where it does not open. */
function decrypted({ bytes }: DataKey, sealed: Buffer, bound?: Buffer): Buffer | undefined {
  const tagEnd = nonceBytes + tagBytes;
  if (sealed.length < tagEnd) return undefined;
  const options = { authTagLength: tagBytes };
  const decipher = createDecipheriv(algorithm, bytes, sealed.subarray(0, nonceBytes), options);
  decipher.setAuthTag(sealed.subarray(nonceBytes, tagEnd));
  if (bound !== undefined) decipher.setAAD(bound);
  try {
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function firstOf<Item, Result>(
  items: readonly Item[],
  of: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const result = of(item);
    if (result !== undefined) return result;
  }
  return undefined;
}
