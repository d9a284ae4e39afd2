import { visibleText } from '../../../domain/text/visible-text.ts';

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));

/**
 * A text of others as a block that shows it letter by letter: nothing in it is markup, a link or a mention, and as its fence
 * is longer than any row of backticks in it, it does not end the block. What a reader would act upon instead of showing it
 * is written out.
 */
export function fenced(text: string, language = 'text'): string[] {
  const shown = visibleText(text.replaceAll(/\r\n?/g, '\n'));
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return [`${fence}${language}`, ...shown.split('\n'), fence];
}

/** A part that is folded up; `summary` is ours. */
export function folded(summary: string, lines: readonly string[], { open = false } = {}): string[] {
  return [`<details${open ? ' open' : ''}><summary>${summary}</summary>`, '', ...lines, '', '</details>'];
}

/** Markdown of parts that come in order of their weight, each left out whole where it would be too long. */
export interface ByteBudget {
  /** Takes the lines if there is room, and says whether. */
  take(lines: readonly string[]): boolean;
  /** Bytes that are left. */
  readonly left: number;
}

/** Counts the bytes of UTF-8, line breaks included. */
export function budgetOf(bytes: number): ByteBudget {
  let left = bytes;
  return {
    take(lines) {
      const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
      if (size > left) return false;
      left -= size;
      return true;
    },
    get left() {
      return left;
    },
  };
}
