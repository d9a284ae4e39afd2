import { createRewriter } from '../../domain/text/rewriter.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that a browser shows as nothing, or that turn the text around; line breaks and tabs are none of them. */
const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;
/** Marks that pile up over and under their line, into others. */
const piled = /(\p{M}{4})\p{M}+/gu;

/** Text with what cannot be seen as JSON would write it, and escaped; `unescaped` takes the latter back. */
export const escaped = createRewriter(escapedCharacter);
/** The same, with a line break of Windows as everybody's. */
const escapedLines = createRewriter(escapedCharacter, { joinsBreaks: true });

function escapedCharacter(code: number): string | undefined {
  const character = String.fromCodePoint(code);
  if (!unseen.test(character)) return entities[character];
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

export function unescaped(html: string): string {
  let text = html;
  // That of `&` at last: what it stands before is none.
  for (const [character, entity] of Object.entries(entities).reverse())
    text = text.replaceAll(entity, character);
  return text;
}

/** Text as people read it: escaped, and nothing in it that cannot be seen, or that covers what is beside it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return escapedLines(text.replaceAll(piled, '$1…'));
}

/** A word that is read as one: a name, a date. What is longer is broken where it has to be. */
const isWord = (html: string): boolean => /^\S{1,27}$/u.test(html);

function cellOf(value: unknown): string {
  const html = shown(value);
  return isWord(html) ? `<td class="word">${html}</td>` : `<td>${html}</td>`;
}

/** The parts of a document on lines of their own. */
export function lines(document: Readonly<Record<string, unknown>>): string {
  return Object.entries(document)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}

/** A value with all of it, on lines of its own. */
export function shownDocument(value: unknown): string {
  return `<pre>${shown(JSON.stringify(value, null, 2))}</pre>`;
}

/** Rows below heads. */
export function table(heads: readonly string[], rows: readonly (readonly unknown[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const head = heads.map((each) => `<th scope="col">${shown(each)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`).join('\n');
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

/** Names with what they stand for; those that stand for nothing are left out. */
export function facts(rows: readonly (readonly [name: string, value: unknown])[]): string {
  const body = rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `<tr><th scope="row">${shown(name)}</th><td>${shown(value)}</td></tr>`)
    .join('\n');
  return `<table class="facts">\n<tbody>\n${body}\n</tbody>\n</table>`;
}

/**
 * A file that is read by itself, in a browser that lets it load and run nothing. Change records are such files: what it looks
 * like is part of their version.
 */
export function page(title: string, styles: string, body: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${shown(title)}</title>`,
    `<style>\n${styles}\n</style>`,
    '</head>',
    '<body>',
    `<h1>${shown(title)}</h1>`,
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** For a screen and for paper: nothing is cut off, no row is torn apart, and heads come again on each page. */
export const style = [
  'body{font:14px/1.5 system-ui,sans-serif;color:#111;background:#fff;max-width:72rem;margin:2rem auto;padding:0 1rem}',
  'h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem;break-after:avoid}',
  'table{border-collapse:collapse;width:100%}thead{display:table-header-group}tr{break-inside:avoid}',
  'td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere;unicode-bidi:isolate}',
  'th{background:#eee;overflow-wrap:normal}.facts{margin-bottom:.5rem}.facts th{width:12rem}td{white-space:pre-wrap}.word{white-space:nowrap}',
  'pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #999;padding:.5rem;font-size:12px}',
  '.outcome{border:2px solid #111;padding:.5rem 1rem;margin:1rem 0}.outcome p{margin:.2rem 0}p,code{overflow-wrap:anywhere}',
  '@page{margin:15mm}@media print{body{font-size:10pt;max-width:none;margin:0;padding:0}pre{font-size:8pt}}',
].join('\n');
