import { inMarkdown, lineOfMarkdown } from '../in-markdown.ts';
import { caseStates, type CaseState } from './case-state.ts';
import { budgetOf, fenced, folded, type ByteBudget } from './blocks.ts';
import type { GateReport, ReportedCase } from './report-data.ts';
import { countsText, headings, timeText, wordsOfOutcome } from './words.ts';

export interface CommentOptions {
  /** UTF-8 bytes at most. */
  readonly limitBytes: number;
  /** Cases of one kind that are shown; the others are counted. */
  readonly mostShown: number;
  /** Lines that it begins with, and that count: a marker. */
  readonly before?: readonly string[];
  /** What stands last: ours, links to the run. */
  readonly links?: readonly string[];
}

/** Of a comment, which GitHub takes up to 65,536 characters of. */
export const commentLimits = { limitBytes: 65_000, mostShown: 12 } as const;
/** Of a job's summary: a step that writes more than a MiB has none. */
export const summaryLimits = { limitBytes: 1_000_000, mostShown: 1_000 } as const;

/** What headings and "n more" take, of all states. */
const ofHeadings = 1_200;
const mostOpen = 3;

/**
 * An evaluation as Markdown: the verdict, the numbers, then what fails, the worst first, each with question, answers and what
 * it was held against, as far as there is room. What a model or a case says in it is no markup, no link and no mention.
 */
export function commentText(report: GateReport, options: CommentOptions): string {
  const { limitBytes, before = [], links = [] } = options;
  const head = [...before, ...titleLines(report)];
  const foot = footLines(report, links);
  const budget = budgetOf(limitBytes - ofHeadings);
  if (!budget.take([...head, ...foot])) throw new RangeError(`${limitBytes} bytes do not hold a verdict.`);
  const facts = [...whyLines(report, budget), ...tableLines(report, budget)];
  const worse = caseStates.filter((state) => state !== 'repaired' && state !== 'steady');
  return [
    ...head,
    ...facts,
    ...worse.flatMap((state) => caseLines(report, state, budget, options)),
    ...changeLines(report, budget),
    ...caseLines(report, 'repaired', budget, options),
    ...foot,
    '',
  ].join('\n');
}

function titleLines(report: GateReport): string[] {
  const { word, glyph } = wordsOfOutcome[report.outcome];
  const against = report.stable === undefined ? '' : ` against ${code(report.stable)}`;
  return [
    `### ${glyph} ${word}: ${code(report.app)} ${code(report.candidate)}${against}`,
    '',
    `**${countsText(report)}**`,
  ];
}

/** A label in backticks; whatever labels have not is left out, so that it cannot end them. */
function code(name: string): string {
  return `\`${name.replaceAll(/[^\w.-]/g, '')}\``;
}

function whyLines({ why }: GateReport, budget: ByteBudget): string[] {
  const lines = why.map((reason) => `- ${longLine(reason)}`);
  return after(
    [],
    lines.filter((line) => budget.take([line])),
  );
}

/** Reasons may be longer than a cell: piece by piece, since each is cut at its own length. */
function longLine(text: string): string {
  const pieces = text.match(/.{1,180}(?:\s|$)|.{1,180}/gs) ?? [];
  return pieces
    .slice(0, 4)
    .map((piece, i) => (i === 0 ? lineOfMarkdown(piece) : inMarkdown(piece)))
    .join(' ');
}

function tableLines({ facts }: GateReport, budget: ByteBudget): string[] {
  const head = ['| | candidate | stable |', '|---|---|---|'];
  const rows = facts.map(({ name, candidate, stable }) => rowOf([name, candidate, stable]));
  return after(
    budget.take(head) ? head : [],
    rows.filter((row) => budget.take([row])),
  );
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map(inMarkdown).join(' | ')} |`;
}

/** An empty line before, where there is something. */
function after(head: readonly string[], lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...head, ...lines];
}

function caseLines(
  report: GateReport,
  state: CaseState,
  budget: ByteBudget,
  options: CommentOptions,
): string[] {
  const found = report.cases.filter((each) => each.state === state);
  if (found.length === 0 || state === 'steady') return [];
  const shown: string[][] = [];
  for (const each of found.slice(0, options.mostShown)) {
    const isOpen = state === 'newly failing' && shown.length < mostOpen;
    const lines = ['', ...linesOfCase(each, isOpen)];
    const short = ['', lineOfCase(each)];
    const fits = budget.take(lines) ? lines : budget.take(short) ? short : undefined;
    if (fits === undefined) break;
    shown.push(fits);
  }
  const more = found.length - shown.length;
  return [
    '',
    `#### ${headings[state]} (${found.length})`,
    ...shown.flat(),
    ...(more > 0 ? ['', `… and ${more} more`] : []),
  ];
}

function lineOfCase({ id, critical, held, tally, stableTally }: ReportedCase): string {
  const marks = [critical ? '**critical**' : '', held ? '**blocks**' : ''].filter((mark) => mark !== '');
  const stable = stableTally === undefined ? [] : [`stable ${inMarkdown(stableTally)}`];
  const tallies = [`candidate ${inMarkdown(tally)}`, ...stable].join(', ');
  return [...marks, `**${inMarkdown(id)}**: ${tallies}`].join(' ');
}

function linesOfCase(each: ReportedCase, open: boolean): string[] {
  const { failedBy, reasons, question, answer, stableAnswer, state } = each;
  const names = failedBy.map(
    ({ assertion, metric }) =>
      `${inMarkdown(assertion)}${metric === undefined ? '' : ` (metric ${inMarkdown(metric)})`}`,
  );
  const asserted = names.length === 0 ? [] : [`- fails: ${names.join(', ')}`];
  const texts = [
    ...titled('Question', question),
    ...titled(state === 'repaired' ? 'Candidate answers' : 'Candidate answered', answer),
    ...titled('Stable answered', stableAnswer),
  ];
  return [
    lineOfCase(each),
    ...asserted,
    ...reasons.map((reason) => `- ${lineOfMarkdown(reason)}`),
    ...(texts.length === 0 ? [] : ['', ...folded('question and answers', texts.slice(1), { open })]),
  ];
}

function titled(title: string, text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : ['', `${title}:`, '', ...fenced(text)];
}

function changeLines({ prompts, values }: GateReport, budget: ByteBudget): string[] {
  const ofPrompts = prompts.flatMap(({ prompt, lines }) => {
    const block = ['', ...folded(`prompt ${prompt}, word by word`, fenced(lines))];
    return budget.take(block) ? block : [];
  });
  const rows = values.map(({ path, from, to }) => rowOf([path, from, to]));
  const head = ['| also changed | from | to |', '|---|---|---|'];
  const taken = budget.take(head) ? rows.filter((row) => budget.take([row])) : [];
  const lines = [...ofPrompts, ...after(head, taken)];
  return lines.length === 0 ? [] : ['', '#### What changed', ...lines];
}

function footLines({ command, seconds }: GateReport, links: readonly string[]): string[] {
  return [
    '',
    'Reproduce:',
    '',
    ...fenced(command, 'sh'),
    '',
    [`Took ${timeText(seconds)}.`, ...links].join(' · '),
  ];
}
