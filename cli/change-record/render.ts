import { recordDigest, type ChangeRecord } from '../../domain/change-record/record.ts';
import { escaped, facts, page, shown, style, unescaped } from './html.ts';
import { sectionsOf } from './sections.ts';

/**
 * A record of version 2 or later as one file: no scripts, nothing loaded, the record itself inside, so that it can be verified by
 * itself. What it looks like is part of its version: files are compared with it years later.
 */
export function renderRecord(record: ChangeRecord): string {
  const { release, revision } = record;
  const title = `Change record: ${revision.label} of ${release.app}`;
  return page(title, style, [
    outcomeOf(record),
    ...sectionsOf(record).flatMap(([name, body]) => [`<h2>${shown(name)}</h2>`, body]),
    '<h2>To verify it</h2>',
    proofOf(record),
    `<pre id="record" hidden>${escaped(JSON.stringify(record))}</pre>`,
  ]);
}

function outcomeOf({ release, reviews, audit }: ChangeRecord): string {
  const open = reviews.filter(({ signedBy }) => signedBy === undefined).length;
  const waiting = audit.some(({ position }) => position === undefined);
  const still = [
    ...(release.closedAt === undefined ? ['The release is still open: this is how it stood.'] : []),
    ...(open === 0 ? [] : [`What was done past the rules has not been looked at yet: ${open}.`]),
    ...(waiting ? ['Entries of the audit log have no place in it yet.'] : []),
  ];
  return [
    '<div class="outcome">',
    `<p>Outcome: <strong>${shown(release.state.replaceAll('_', ' '))}</strong></p>`,
    ...(release.reason === undefined ? [] : [`<p><bdi>${shown(release.reason)}</bdi></p>`]),
    ...still.map((sentence) => `<p><strong>${shown(sentence)}</strong></p>`),
    '</div>',
  ].join('\n');
}

function proofOf(record: ChangeRecord): string {
  const { head, seal, madeAt } = record;
  return [
    `<p>SHA-256 of the record: <code id="digest">${recordDigest(record)}</code></p>`,
    facts([
      ['Made at', madeAt],
      ['End of the audit log then', head === undefined ? undefined : `${head.number}:${head.hash}`],
      ['Sealed by', seal === undefined ? 'no key' : `key ${seal.keyId}: ${seal.mac}`],
    ]),
    '<p><code>sluice change-record verify FILE</code> compares all of this with the record inside of this file. With <code>SLUICE_AUDIT_KEY</code> it says whether the API made it so; with <code>--log</code>, an export of the audit log, and <code>--expect</code>, an end of it that was noted elsewhere, it says of the timeline without the key.</p>',
  ].join('\n');
}

/** The record inside of a file; undefined where there is none. */
export function embeddedRecord(html: string): string | undefined {
  const inside = /<pre id="record" hidden>([^<]*)<\/pre>/.exec(html)?.[1];
  return inside === undefined ? undefined : unescaped(inside);
}
