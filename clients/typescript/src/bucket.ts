/** How many buckets subjects fall into. */
const bucketCount = 10_000;

const c1 = 0xcc9e2d51;
const c2 = 0x1b873593;

/**
 * MurmurHash3 x86 32-bit of the UTF-8 bytes of a text (Appleby, public domain), with seed 0. What gateways use: the vectors
 * in `clients/vectors.json` hold all of them to the same numbers.
 */
function murmur3(text: string): number {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  const tailStart = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let offset = 0; offset < tailStart; offset += 4)
    hash = (Math.imul(rotateLeft(hash ^ scramble(view.getInt32(offset, true)), 13), 5) + 0xe6546b64) | 0;
  let tail = 0;
  for (const byte of bytes.subarray(tailStart).reverse()) tail = (tail << 8) | byte;
  if (tailStart < bytes.length) hash ^= scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  return Math.imul(rotateLeft(Math.imul(block, c1), 15), c2);
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** The bucket of a subject, 0..9999: the same for the same salt and subject, for ever. */
export function bucketOf(salt: string, subject: string): number {
  return Math.floor((murmur3(`${salt}/${subject}`) / 2 ** 32) * bucketCount);
}

/** How many of the buckets a weight in percent covers. */
export function bucketsOf(weight: number): number {
  return Math.round((weight / 100) * bucketCount);
}
