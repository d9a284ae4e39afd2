import { createHash, createHmac, randomBytes } from 'node:crypto';
import { SluiceError } from '../domain/errors.ts';

/** A key of 32 bytes, and the name that stands on all that is sealed with it. */
export interface DataKey {
  /** 16 hexadecimal digits, made of the key: the same key is called the same everywhere. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** Keys of one purpose. */
export interface SealingKeys {
  /** What seals from now on. */
  readonly current: DataKey;
  /** What opens: the current one first, then former ones. */
  readonly all: readonly DataKey[];
}

/** The keys that an installation has for what it keeps of people. */
export interface DataKeys extends SealingKeys {
  /** What the hashes of subjects are made with. It opens nothing, and stays when a data key is changed. */
  readonly subject: Buffer;
}

const keyBytes = 32;
const base64Of32Bytes = /^[A-Za-z0-9+/_-]{43}=?$/;

/** A key of 32 bytes. Throws `invalid_request` for a text that is no base64, or base64 of any other length. */
export function parseDataKey(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64');
  if (base64Of32Bytes.test(base64) && key.length === keyBytes) return key;
  const what = /^[\w+/=-]*$/.test(base64) ? `this one ${key.length}` : 'and this is no base64';
  throw new SluiceError('invalid_request', `A data key has ${keyBytes} bytes, ${what}.`, {
    remedy: 'Make one with: openssl rand -base64 32',
  });
}

/** The keys of a list, the current one first, with commas or spaces between them. Throws as `parseDataKey` does. */
export function parseDataKeyList(text: string): [Buffer, ...Buffer[]] {
  const [current, ...former] = text.split(/[\s,]+/).filter((part) => part !== '');
  return [parseDataKey(current ?? ''), ...former.map(parseDataKey)];
}

/** @param keys the current one first */
export function createSealingKeys(keys: readonly [Buffer, ...Buffer[]]): SealingKeys {
  const all = keys.map((bytes) => ({ id: idOf(bytes), bytes }));
  return { current: { id: idOf(keys[0]), bytes: keys[0] }, all };
}

/**
 * @param keys the current one first
 * @param subject what subjects are hashed with. Without one it is the oldest data key, so that a new current one does
 *   not make strangers of all subjects.
 */
export function createDataKeys(keys: readonly [Buffer, ...Buffer[]], subject?: Buffer): DataKeys {
  return { ...createSealingKeys(keys), subject: subject ?? keys.at(-1) ?? keys[0] };
}

function idOf(key: Buffer): string {
  return createHash('sha256').update('sluice/data-key-id/').update(key).digest('hex').slice(0, 16);
}

/**
 * Fresh samples, and what mirrors keep, have keys of their own: what opens samples is not to open them, nor the other way
 * round.
 *
 * @param keys by their variables
 * @throws SluiceError `usage`
 */
export function requireKeysOfTheirOwn(keys: Readonly<Record<string, SealingKeys | undefined>>): void {
  const named = new Map<string, string>();
  for (const [variable, { all } = { all: [] }] of Object.entries(keys)) {
    for (const { id } of all) {
      const other = named.get(id) ?? variable;
      if (other !== variable) {
        throw new SluiceError('usage', `${variable} and ${other} name the same key (${id}).`, {
          remedy: 'Give each a key of its own: openssl rand -base64 32',
        });
      }
      named.set(id, variable);
    }
  }
}

/** A keyed 64-bit hash of a subject of an app, as a signed decimal: what is stored in place of the subject. */
export function subjectHash(
  { subject: key }: Pick<DataKeys, 'subject'>,
  app: string,
  subject: string,
): string {
  return hashOf(key, `subject/${app}/${subject}`);
}

/** The same of what holds requests together that have no subject. */
export function unitHash(
  { subject: key }: Pick<DataKeys, 'subject'>,
  app: string,
  unit: { readonly kind: 'conversation' | 'assignment'; readonly id: string },
): string {
  return hashOf(key, `${unit.kind}/${app}/${unit.id}`);
}

/** In their place for a request that is held together with none: no other has it. */
export function hashOfItsOwn(): string {
  return randomBytes(8).readBigInt64BE().toString();
}

function hashOf(key: Parameters<typeof createHmac>[1], text: string): string {
  return createHmac('sha256', key).update(text).digest().readBigInt64BE(0).toString();
}

/**
 * @param ids of the keys that samples are sealed with. Nothing of what was kept opens where none of them is ours, and
 *   hashes of subjects would agree with nobody's: then the key is the wrong one.
 * @throws SluiceError `usage`
 */
export function requireKnownKey(keys: Pick<DataKeys, 'all' | 'current'>, ids: readonly string[]): void {
  if (ids.length === 0 || keys.all.some(({ id }) => ids.includes(id))) return;
  throw new SluiceError(
    'usage',
    `SLUICE_DATA_KEY is not the key that samples here are sealed with: it is ${keys.current.id}, theirs ${ids.join(', ')}.`,
    {
      remedy:
        'Set the key that the other programs have; after a change of keys, the former one behind it: new,former. ' +
        'Where the former one is lost: `sluice reseal --drop-unreadable`.',
    },
  );
}
