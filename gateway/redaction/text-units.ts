/** Units of 0 before and behind a text: who looks back or ahead from a place of it finds nothing there. */
export const margin = 32;

/** In units: for longer texts a place of their own is made, which goes with them. */
const usually = 16_384;
const ofUsualTexts = new Uint16Array(usually + 2 * margin);
const usualBytes = bytesOf(ofUsualTexts);
/** A shorter text is read unit by unit as quickly as all at once. */
const short = 64;

/** In units: a place for so many is kept once a text has needed it, since to make one costs as much as to look through it. */
const most = 1_310_720;
let ofLongTexts: { readonly units: Uint16Array; readonly bytes: Buffer } | undefined;

/**
 * The UTF-16 units of a text, from `margin` on: they are read several times as quickly as the text's characters. To be
 * used at once: the place is the next text's afterwards.
 */
export function unitsOf(text: string): Uint16Array {
  if (text.length > usually) return unitsOfLong(text);
  const end = margin + text.length;
  if (text.length > short) usualBytes.write(text, 2 * margin, 'utf16le');
  else for (let at = margin; at < end; at += 1) ofUsualTexts[at] = text.charCodeAt(at - margin);
  for (let at = end; at < end + margin; at += 1) ofUsualTexts[at] = 0;
  return ofUsualTexts;
}

function unitsOfLong(text: string): Uint16Array {
  const place = text.length > most ? placeOf(text.length) : (ofLongTexts ??= placeOf(most));
  place.bytes.write(text, 2 * margin, 'utf16le');
  place.units.fill(0, margin + text.length, 2 * margin + text.length);
  return place.units;
}

function placeOf(length: number): { readonly units: Uint16Array; readonly bytes: Buffer } {
  const units = new Uint16Array(length + 2 * margin);
  return { units, bytes: bytesOf(units) };
}

function bytesOf(units: Uint16Array): Buffer {
  return Buffer.from(units.buffer, units.byteOffset, units.byteLength);
}
