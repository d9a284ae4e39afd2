import type { ApiClient } from '../http/api-client.ts';
import type { LiveBlock } from '../output/live-block.ts';
import type { CommandOutcome } from '../output/outcome.ts';
import type { Paint } from '../output/style.ts';
import type { CliSettings } from '../settings.ts';

/** What a command works with. */
export interface CommandContext {
  readonly settings: CliSettings;
  readonly api: () => ApiClient;
  /** For results, on standard output. */
  readonly paint: Paint;
  /** Progress, on standard error. */
  readonly tell: (text: string) => void;
  /** A line that GitHub Actions acts upon, such as an annotation; elsewhere it is not written. */
  readonly command: (line: string) => void;
  /** Progress that changes: redrawn on a terminal, a line for each change elsewhere. */
  readonly live: () => LiveBlock;
  /** The terminal that results are printed on; undefined where they go elsewhere. */
  readonly screen: { readonly columns: number } | undefined;
  /** For progress. */
  readonly paintProgress: Paint;
  /** Puts a question to whoever sits at the terminal, and says whether the answer is yes; absent where nobody does. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** The same for an answer in words. */
  readonly askFor: ((question: string) => Promise<string>) | undefined;
}

/** A command: its options have been parsed, its outcome is printed by whoever runs it. */
export type Command<Options> = (context: CommandContext, options: Options) => Promise<CommandOutcome>;
