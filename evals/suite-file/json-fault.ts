/** Why a text is no JSON, without a word of the text itself, which stands in logs of CI then: `no JSON (line 3 column 1)`. */
export function jsonFault(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const [, place] = /\((line \d+ column \d+)\)$/.exec(message) ?? [];
  return place === undefined ? 'no JSON' : `no JSON (${place})`;
}
