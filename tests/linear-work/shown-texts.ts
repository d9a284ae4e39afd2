import { foreign, printable } from '../../cli/output/printable.ts';
import { facts } from '../../cli/change-record/html.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { shortened, shortenedAtWord } from '../../domain/text/shortened.ts';
import { visibleJson, visibleLine, visibleText } from '../../domain/text/visible-text.ts';
import { inMarkdown, lineOfMarkdown } from '../../evals/reports/in-markdown.ts';
import { on, type Subject } from './subjects.ts';

const written: Readonly<Record<string, (text: string) => unknown>> = {
  visibleText,
  visibleLine,
  visibleJson,
  oneLine,
  'a text cut short': (text) => [shortened(text, 4_000), shortenedAtWord(text, 4_000)],
  'what the command prints': (text) => printable(foreign(text)),
  'a cell of Markdown': inMarkdown,
  'a line of Markdown': lineOfMarkdown,
  'a change record': (text) => facts([['why', text]]),
};

/** What writes a text of somebody else's where people and terminals read it. */
export const shownTexts: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.entries(written).map(([name, write]) => [name, on(write)]),
);
