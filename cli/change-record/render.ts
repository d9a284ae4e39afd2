import { recordDigest, type ChangeRecord } from '../../domain/release/change-record.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Characters that a browser shows as nothing, or that turn the text around; line breaks and tabs are none of them. */
const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What cannot be seen, as JSON would write it. */
function visible(text: string): string {
  const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
  return text.replaceAll(unseen, (character) =>
    Array.from({ length: character.length }, (_, at) => unit(character.charCodeAt(at))).join(''),
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Text as people read it: escaped, and nothing in it that cannot be seen. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return escaped(visible(text));
}

function table(heads: readonly string[], rows: readonly (readonly unknown[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const head = heads.map((each) => `<th>${shown(each)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((cell) => `<td>${shown(cell)}</td>`).join('')}</tr>`)
    .join('\n');
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

const style =
  'body{font:14px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}' +
  'table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;' +
  'vertical-align:top;overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f4;padding:1rem}';

function whatOf({ release, revision, plan }: ChangeRecord): string {
  const { id, app, environment, state, reason, actor, authors, decidedBy, createdAt, closedAt, stable } =
    release;
  return table(
    ['', ''],
    [
      ['Release', id],
      ['App', `${app} in ${environment}`],
      ['Outcome', `${state}${reason === undefined ? '' : `: ${reason}`}`],
      ['Decided by', decidedBy ?? 'nobody yet'],
      ['Revision', `${revision.label} (${revision.digest})`],
      ['In place of', stable],
      ['Plan', `${plan.name} (${plan.digest})`],
      ['Asked for by', actor],
      ['Authors', authors.join(', ')],
      ['From', createdAt],
      ['Until', closedAt ?? 'open'],
      ['Where it comes from', release.provenance],
    ],
  );
}

/** A record as one file: no scripts, nothing loaded, the record itself inside, so that it can be verified by itself. */
export function renderRecord(record: ChangeRecord): string {
  const title = `Change record: ${record.revision.label} of ${record.release.app}`;
  const sections: [string, string][] = [
    ['What', whatOf(record)],
    [
      'Evidence',
      table(
        ['Stage', 'Outcome', 'What was found', 'Evidence', 'From', 'Until'],
        record.stages.map((each) => [
          ...[each.stage, each.outcome, each.summary, each.evidenceDigest, each.startedAt, each.endedAt],
        ]),
      ),
    ],
    [
      'Approvals',
      table(
        ['Stage', 'By', 'Subject', 'Why', 'At', 'On evidence', 'Began by it'],
        record.approvals.map((each) => [
          ...[
            each.stage,
            each.actor,
            each.subject,
            each.reason,
            each.at,
            each.evidence,
            each.usedAt ?? 'not used',
          ],
        ]),
      ),
    ],
    [
      'Done past the rules',
      table(
        ['Kind', 'By', 'At', 'Signed off by', 'Note'],
        record.reviews.map((each) => [
          ...[each.kind, each.actor, each.openedAt, each.signedBy ?? 'needs review', each.note],
        ]),
      ),
    ],
    [
      'Timeline',
      table(
        ['No.', 'At', 'Who', 'What', 'Details'],
        record.audit.map((each) => [each.position, each.at, each.actor, each.action, each.details]),
      ),
    ],
    ['Revision', `<pre>${shown(JSON.stringify(record.revision.content, null, 2))}</pre>`],
    [
      'Plan and policy',
      `<pre>${shown(JSON.stringify({ plan: record.plan.content, policy: record.policy }, null, 2))}</pre>`,
    ],
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${shown(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${shown(title)}</h1>`,
    ...sections.flatMap(([name, body]) => [`<h2>${name}</h2>`, body]),
    '<h2>To verify it</h2>',
    `<p>SHA-256 of the record: <code id="digest">${recordDigest(record)}</code>; made at ${shown(record.madeAt)}. <code>sluice change-record --verify FILE</code></p>`,
    `<pre id="record" hidden>${escaped(visible(JSON.stringify(record)))}</pre>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const backwards = new Map(Object.entries(entities).map(([character, entity]) => [entity, character]));

/** The record inside of a file; undefined where there is none. */
export function embeddedRecord(html: string): string | undefined {
  const inside = /<pre id="record" hidden>([^<]*)<\/pre>/.exec(html)?.[1];
  return inside?.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => backwards.get(entity) ?? entity);
}
