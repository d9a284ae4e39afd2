import { hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Arm } from '../../domain/split/split.ts';
import type { DataKey, DataKeys } from '../../program/data-keys.ts';

/** What an answer's id says to gateways, of whichever of them answered. */
export interface AnsweredUnit {
  readonly app: string;
  readonly arm: Arm;
  readonly splitVersion: number;
  /** Milliseconds since 1970, by the clock of the gateway that answered. */
  readonly answeredMs: number;
  /** Names the answer. */
  readonly ref: string;
}

export interface AnswerIds {
  /** Letters, digits, dashes and underscores. */
  sign(unit: AnsweredUnit): string;
  /** Undefined for one that no gateway of this environment has given. */
  read(id: string): AnsweredUnit | undefined;
}

const refBytes = 9;
const headBytes = 6 + 5 + 1 + refBytes;
const signatureBytes = 12;
const arms: readonly Arm[] = ['stable', 'candidate'];

/** Asked of the system for many answers at once. */
const random = { bytes: Buffer.alloc(0), at: 0 };

/** A new name for an answer. */
export function newAnswerRef(): string {
  if (random.at + refBytes > random.bytes.length) {
    random.bytes = randomBytes(512 * refBytes);
    random.at = 0;
  }
  random.at += refBytes;
  return random.bytes.toString('base64url', random.at - refBytes, random.at);
}

/**
 * Ids that carry what is to be known of an answer when something is told of it later, at any gateway, so that nothing has
 * to be kept of each request. Signed (HMAC-SHA256, 96 bits): nobody makes one up, or turns its arm.
 */
export function createAnswerIds(
  { current, all }: Pick<DataKeys, 'current' | 'all'>,
  environment: string,
): AnswerIds {
  const signer = (key: DataKey): Sign => createSigner(hkdfOf(key, environment));
  const signCurrent = signer(current);
  const signers = all.map(signer);
  return {
    sign({ app, arm, splitVersion, answeredMs, ref }) {
      const length = headBytes + Buffer.byteLength(app);
      const bytes = Buffer.allocUnsafe(length + signatureBytes);
      bytes.writeUIntBE(Math.floor(answeredMs), 0, 6);
      bytes.writeUIntBE(splitVersion, 6, 5);
      bytes.writeUInt8(arms.indexOf(arm), 11);
      bytes.write(ref, 12, 'base64url');
      bytes.write(app, headBytes);
      signCurrent(bytes.subarray(0, length)).copy(bytes, length, 0, signatureBytes);
      return bytes.toString('base64url');
    },
    read(id) {
      const bytes = Buffer.from(id, 'base64url');
      if (bytes.length <= headBytes + signatureBytes || bytes.toString('base64url') !== id) return undefined;
      const payload = bytes.subarray(0, -signatureBytes);
      const given = bytes.subarray(-signatureBytes);
      const isBy = (sign: Sign): boolean => timingSafeEqual(given, sign(payload).subarray(0, signatureBytes));
      if (!signers.some(isBy)) return undefined;
      const arm = arms[payload.readUInt8(11)];
      if (arm === undefined) return undefined;
      return {
        app: payload.subarray(headBytes).toString(),
        arm,
        splitVersion: payload.readUIntBE(6, 5),
        answeredMs: payload.readUIntBE(0, 6),
        ref: payload.subarray(12, headBytes).toString('base64url'),
      };
    },
  };
}

type Sign = (payload: Uint8Array) => Buffer;

function hkdfOf({ bytes }: DataKey, environment: string): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, '', `answer/${environment}`, 32));
}

const blockBytes = 64;

/** HMAC-SHA256 (RFC 2104) by two whole hashes: each answer needs one, and Node's object of it takes ten times as long. */
function createSigner(key: Buffer): Sign {
  const inner = Buffer.alloc(blockBytes, 0x36);
  const outer = Buffer.alloc(blockBytes, 0x5c);
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  return (payload) =>
    hash(
      'sha256',
      Buffer.concat([outer, hash('sha256', Buffer.concat([inner, payload]), 'buffer')]),
      'buffer',
    );
}
