import { parseArgs } from 'node:util';

export interface DemoArguments {
  /** A folder with knowledge.csv and queries.csv. */
  readonly data: string | undefined;
  readonly keep: boolean;
  /** Play the whole journey with its claims, not the story. */
  readonly verify: boolean;
  readonly edit: boolean;
  readonly real: boolean;
  readonly ratePerSecond: number;
}

export const usage = `npm run demo -- [options]

Tells the story of one change in about three minutes.

  --verify     play the whole journey, with a claim for each thing that Sluice promises, and end with 0 only if all held
  --data DIR   play on DIR/knowledge.csv and DIR/queries.csv (columns: text, category)
  --keep       leave everything running at the end, and print the addresses
  --edit       break the prompt in your editor ($EDITOR), and see what happens to it
  --real       verify on OpenAI and Anthropic (OPENAI_API_KEY, ANTHROPIC_API_KEY); says what it costs first, at most 1 USD
  --rate N     requests per second of live traffic (default 40; 50 with --verify, 2 with --real)
  --help       this text
`;

/** The demo's arguments. Returns what is wrong with them as a sentence. */
export function readArguments(
  argv: readonly string[],
):
  | { readonly kind: 'play'; readonly demo: DemoArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        keep: { type: 'boolean', default: false },
        verify: { type: 'boolean', default: false },
        edit: { type: 'boolean', default: false },
        real: { type: 'boolean', default: false },
        rate: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const usualRate = values.real ? 2 : values.verify || values.edit ? 50 : 40;
    const rate = Number(values.rate ?? usualRate);
    if (!(rate >= 1 && rate <= 500)) return { kind: 'wrong', message: '--rate is a number from 1 to 500.' };
    const { data, keep, edit, real } = values;
    return {
      kind: 'play',
      demo: { data, keep, edit, real, verify: values.verify || real, ratePerSecond: rate },
    };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}
