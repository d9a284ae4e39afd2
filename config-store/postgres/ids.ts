import { randomBytes } from 'node:crypto';

/**
 * A new id: the prefix and 32 hexadecimal digits of a UUIDv7 (RFC 9562), so that ids sort by the time they were
 * made. Only order hangs on this machine's clock, nothing else does.
 */
export function newId(prefix: string, nowMs = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `${prefix}_${bytes.toString('hex')}`;
}
