import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { commentLimits, commentText } from './comment.ts';
import { caseStates } from './case-state.ts';
import { gateOutcomes, gateReportSchema, type GateReport } from './report-data.ts';
import { gateReportOf, reportedCase } from './test-fixtures/reports.ts';

/** What of a parsed document is looked at. */
interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

const marker = '<!-- sluice:support-bot:staging run=1.1 -->';
const link = 'https://github.com/acme/bot/actions/runs/1';
const limitBytes = 20_000;

function nodesOf(text: string): Node[] {
  const all: Node[] = [];
  const visit = (node: Node): void => {
    all.push(node);
    node.children?.forEach(visit);
  };
  visit(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return all;
}

/** Whatever text reads like markup, and whatever text. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '```',
      '````\n',
      '~~~',
      '\n',
      '\r\n',
      '\n\n',
      '    ',
      '|',
      '\\',
      '`',
      '*',
      '_',
      '[x](https://evil.example)',
    ],
    ...[
      '![x](https://evil.example/a.png)',
      'https://evil.example',
      'www.evil.example',
      'a@evil.example',
      '@octocat',
    ],
    ...[
      '@org/team',
      '#123',
      'GH-12',
      'acme/bot#1',
      '</details>',
      '<details>',
      '<!--',
      '-->',
      '<img src=x>',
      '</summary>',
    ],
    ...[
      '<script>',
      '# heading',
      '- [ ] task',
      '[^1]',
      '[^1]: note',
      '[a]: https://evil.example',
      '::error::x',
      '$x$',
    ],
    ...[
      '\u202e',
      '\u0000',
      '\u2028',
      '\ud800',
      '👍',
      '&#64;all',
      '&lt;',
      'mailto:a@evil.example',
      'xmpp:a@b.example',
    ],
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
const text = (most: number) =>
  fc
    .array(piece, { maxLength: 30 })
    .map((pieces) => pieces.join('').toWellFormed().slice(0, most).toWellFormed());

const reportedCases = fc
  .record({
    id: text(200),
    state: fc.constantFrom(...caseStates),
    critical: fc.boolean(),
    held: fc.boolean(),
    tally: text(100),
    stableTally: text(40),
    metric: text(100),
    reasons: fc.array(text(300), { maxLength: 3 }),
    question: text(700),
    answer: fc.oneof(text(1000), fc.constant('`'.repeat(1000)), fc.constant('@a'.repeat(500))),
    stableAnswer: text(1000),
  })
  .map(({ metric, ...each }) => reportedCase({ ...each, failedBy: [{ assertion: 'equals', metric }] }));

const reports: fc.Arbitrary<GateReport> = fc
  .record({
    outcome: fc.constantFrom(...gateOutcomes),
    candidate: text(128),
    stable: text(128),
    why: fc.array(text(1000), { maxLength: 6 }),
    facts: fc.array(fc.record({ name: text(40), candidate: text(600), stable: text(600) }), { maxLength: 8 }),
    cases: fc.array(reportedCases, { maxLength: 20 }),
    prompts: fc.array(fc.record({ prompt: fc.constant('answer'), lines: text(3000) }), { maxLength: 2 }),
    values: fc.array(fc.record({ path: text(200), from: text(300), to: text(300) }), { maxLength: 4 }),
    command: text(400),
  })
  .map(gateReportOf);

/** HTML that is ours: nothing else may stand in a comment as such. */
const ours = [
  marker,
  '<details><summary>question and answers</summary>',
  '<details open><summary>question and answers</summary>',
  '<details><summary>prompt answer, word by word</summary>',
  '</details>',
];

it('is data that the schema of reports takes', () => {
  fc.assert(
    fc.property(reports, (report) => {
      expect(gateReportSchema.safeParse(JSON.parse(JSON.stringify(report))).error).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});

it('keeps within its bytes and stays well formed, whatever models and cases say: no link, mention, picture or HTML of theirs', () => {
  fc.assert(
    fc.property(reports, (report) => {
      const written = commentText(report, {
        ...commentLimits,
        limitBytes,
        before: [marker],
        links: [`[run](${link})`],
      });
      expect(Buffer.byteLength(written)).toBeLessThanOrEqual(limitBytes);
      const nodes = nodesOf(written);
      expect(nodes.filter(({ type }) => type === 'link').map(({ url }) => url)).toEqual([link]);
      const wrong = [
        'image',
        'imageReference',
        'linkReference',
        'definition',
        'footnoteReference',
        'footnoteDefinition',
      ];
      expect(nodes.filter(({ type }) => wrong.includes(type))).toEqual([]);
      const html = nodes.filter(({ type }) => type === 'html').flatMap(({ value = '' }) => value.split('\n'));
      expect(html.filter((line) => !ours.includes(line))).toEqual([]);
      const opened = html.filter((line) => line.startsWith('<details')).length;
      expect(html.filter((line) => line === '</details>')).toHaveLength(opened);
      // Outside of code GitHub makes a mention of `@name`, and a link of `#1` and `GH-1`.
      const said = nodes.filter(({ type }) => type === 'text').map(({ value = '' }) => value);
      expect(said.filter((line) => /@[\w]|#\d|\bGH-\d|:\/\/|\bwww\./.test(line))).toEqual([]);
      // What is folded up, and what stands last, is where it belongs.
      expect(nodes.filter(({ type, value }) => type === 'code' && value === undefined)).toEqual([]);
      expect(written.trimEnd().split('\n').at(-1)).toContain(`[run](${link})`);
    }),
    { numRuns: 150 },
  );
});
