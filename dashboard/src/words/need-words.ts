import type { ReleaseLine } from '../api/types.ts';

type Need = ReleaseLine['needs'][number];

const words: Readonly<Record<Need['what'], string>> = {
  approve: 'to be approved',
  decide: 'a decision',
  tend: 'looking after',
};

/** What a release needs, in two words, and whether whoever looks may give it. */
export function needText({ what, you }: Need): string {
  return `! needs ${words[what]}${you ? ', by you' : ''}`;
}

/** What a need says beyond the sentence about the release. */
export function unsaid({ says }: Need, sentence: string): string | undefined {
  return sentence.toLowerCase().includes(says.toLowerCase()) ? undefined : says;
}
