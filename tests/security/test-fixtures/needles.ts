/** A text that is to be found nowhere, by what it is. */
export type Needles = Readonly<Record<string, string>>;

/** As it is, and as JSON, SQL and protocols write bytes down: in hexadecimal, and in base64 wherever it may begin. */
export function formsOf(needle: string): string[] {
  const bytes = Buffer.from(needle);
  const inBase64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last characters depend on what stands beside it.
    return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return [needle, bytes.toString('hex'), ...inBase64];
}

/** The needles that some bytes hold, in any of their forms. */
export function foundIn(bytes: Buffer, needles: Needles): string[] {
  return Object.entries(needles).flatMap(([what, needle]) =>
    formsOf(needle).some((form) => bytes.includes(form)) ? [what] : [],
  );
}
