/** Units of 0 before and behind a text: who looks back or ahead from a place of it finds nothing there. */
export const margin = 32;

/** In units: for longer texts a place of their own is made, which goes with them. */
const usually = 16_384;
const ofUsualTexts = new Uint16Array(usually + 2 * margin);
const asBytes = bytesOf(ofUsualTexts);
/** A shorter text is read unit by unit as quickly as all at once. */
const short = 32;

/**
 * The UTF-16 units of a text, from `margin` on: they are read several times as quickly as the text's characters. To be
 * used at once: the place is the next text's afterwards.
 */
export function unitsOf(text: string): Uint16Array {
  const { length } = text;
  const end = margin + length;
  if (length > usually) {
    const units = new Uint16Array(end + margin);
    bytesOf(units).write(text, 2 * margin, 'utf16le');
    return units;
  }
  if (length > short) asBytes.write(text, 2 * margin, 'utf16le');
  else for (let at = 0; at < length; at += 1) ofUsualTexts[margin + at] = text.charCodeAt(at);
  ofUsualTexts.fill(0, end, end + margin);
  return ofUsualTexts;
}

function bytesOf(units: Uint16Array): Buffer {
  return Buffer.from(units.buffer, units.byteOffset, units.byteLength);
}
