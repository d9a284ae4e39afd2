import type { Replica, Tone } from '../api/types.ts';

type Served = Replica['apps'][number];

interface Look {
  readonly glyph: string;
  readonly tone: Tone;
}

export const servedLooks: Readonly<Record<Served['state'], Look>> = {
  serving: { glyph: '✔', tone: 'good' },
  waiting: { glyph: '◌', tone: 'attention' },
  refused: { glyph: '✖', tone: 'bad' },
};

/** A replica in a word: one that is gone is no fault, and nothing of now. */
export function replicaLook({ live, serving, of, apps }: Replica): Look & { readonly word: string } {
  if (!live) return { glyph: '∅', tone: 'over', word: 'gone' };
  if (apps.some(({ state }) => state === 'refused')) return { glyph: '✖', tone: 'bad', word: 'refuses' };
  if (serving < of) return { glyph: '◌', tone: 'attention', word: 'behind' };
  return { glyph: '✔', tone: 'good', word: 'serving' };
}

/** `a, b at 25 % · v7`, and which version is set where that is another one. */
export function servedText({ stable, candidate, weight, version, wanted, state }: Served): string {
  const shown = [
    stable ?? 'nothing stable',
    ...(candidate === undefined ? [] : [`${candidate} at ${weight} %`]),
  ].join(', ');
  if (state === 'serving') return `${shown} · v${version ?? wanted}`;
  return `${version === undefined ? 'nothing yet' : `v${version}`}, set is v${wanted}: ${shown}`;
}
