import type { DemoCheck } from '../checks.ts';

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const claimWidth = 52;
const seenWidth = 66;

function row({ step, claim, held, seen }: DemoCheck): string {
  const left = wrap(claim, claimWidth);
  const right = wrap(seen, seenWidth);
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_, i) => {
    const mark = i === 0 ? `${step}  ${held ? '✔ held  ' : '✖ FAILED'}` : ' '.repeat(11);
    return `  ${mark}  ${(left[i] ?? '').padEnd(claimWidth)}  ${right[i] ?? ''}`.trimEnd();
  }).join('\n');
}

/** The table at the end: what held, what was simulated, how time was compressed. */
export function reportText(result: {
  readonly checks: readonly DemoCheck[];
  readonly notPlayed: readonly string[];
  /** What real providers cost, in USD; undefined where the simulator answered. */
  readonly spentUsd: number | undefined;
  readonly journeyMs: number;
}): string {
  const { checks, notPlayed, spentUsd, journeyMs } = result;
  const failed = checks.filter(({ held }) => !held).length;
  return [
    '',
    'What held',
    ...checks.map(row),
    ...notPlayed.map((title) => `  not played: ${title}`),
    '',
    'What was simulated',
    spentUsd !== undefined
      ? `  Nothing but the customers: real providers answered, for ${spentUsd.toFixed(2)} USD. The traffic is made of queries.csv.`
      : '  The two providers: a local server that speaks their protocols, whose models decide by what the prompt says.',
    ...(spentUsd !== undefined
      ? []
      : ['  The customers: traffic made of queries.csv, by the official clients.']),
    '  Real: Temporal, PostgreSQL, the retriever, gateways, API, worker, every request, every kill -9.',
    '',
    'How time was compressed',
    '  Holds of 8, 12 and 6 s (or 2,000 answers that are scored) instead of 30, 30 and 60 minutes;',
    '  looks every second; a lease of 6 s instead of 60 s; requests settle after 1 s and 3 s instead of 5 s and 60 s.',
    '  The statistics are those of a real release.',
    '',
    `  ${checks.length - failed} of ${checks.length} claims held, in ${(journeyMs / 1000).toFixed(0)} s.`,
    '',
  ].join('\n');
}
