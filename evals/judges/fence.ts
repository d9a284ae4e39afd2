import { randomBytes } from 'node:crypto';

/** A mark that nobody could write who did not see it made. */
export type MakeToken = () => string;

export const randomToken: MakeToken = () => randomBytes(12).toString('hex');

/** What of a question is data: written by strangers, and never an instruction. */
export interface FencedData {
  /** `request`, `answer`: our own words. */
  readonly what: string;
  readonly text: string;
}

/**
 * Data between lines with a token of this question's own. Whatever stands in the data, a line that ends it is not there:
 * a token that occurs in any of it is made again.
 */
export function fence(
  data: readonly FencedData[],
  makeToken: MakeToken,
): { readonly token: string; readonly text: string } {
  let token = makeToken();
  while (data.some(({ text }) => text.includes(token))) token = makeToken();
  const text = data
    .map(({ what, text: inner }) => `<<<${token} ${what}>>>\n${inner}\n<<<${token} end of ${what}>>>`)
    .join('\n\n');
  return { token, text };
}
