import { createChainCheck, type ChainFindings } from '../audit/chain-check.ts';
import type { ExportedAudit } from '../audit/export.ts';
import { wrongSealOf, type AuditHead, type ExpectedHead } from '../audit/head.ts';
import { sameSeal, sealEntry, sealRecord, type AuditKeys } from '../audit/keys.ts';
import { recordFaults } from './faults.ts';
import { recordDigest, type ChangeRecord, type RecordEntry } from './record.ts';

/** What a record is held against, beside itself. */
export interface Known {
  readonly keys?: AuditKeys | undefined;
  /** Ends of the audit log that were noted elsewhere. */
  readonly heads?: readonly AuditHead[] | undefined;
  readonly expected?: ExpectedHead | undefined;
  /** An export of the audit log. */
  readonly log?: ExportedAudit | undefined;
}

export interface Proof {
  /** What does not hold. */
  readonly faults: string[];
  /** What is certain, and by what. */
  readonly proven: string[];
  /** What cannot be told by what is at hand, and what would tell it. */
  readonly open: string[];
}

/** What can be told of a record without the API and the database. */
export function proofOf(record: ChangeRecord, known: Known): Proof {
  const byItself = recordFaults(record);
  const parts = [chainOf(record), bySeals(record, known), byLog(record, known), byHead(record, known)];
  return {
    faults: [...byItself, ...parts.flatMap(({ faults = [] }) => faults)],
    proven: parts.flatMap(({ proven = [] }) => proven),
    open: parts.flatMap(({ open = [] }) => open),
  };
}

type Part = Partial<Proof>;
type Placed = RecordEntry & { readonly position: number; readonly hash: string };

function placedOf({ audit }: ChangeRecord): Placed[] {
  return audit.flatMap((entry) =>
    entry.position === undefined || entry.hash === undefined
      ? []
      : [{ ...entry, position: entry.position, hash: entry.hash }],
  );
}

const entriesOf = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`);

function chainOf(record: ChangeRecord): Part {
  const hashed = placedOf(record).filter(({ previous }) => previous !== undefined).length;
  const waiting = record.audit.length - placedOf(record).length;
  return {
    proven: [`revision, plan and ${entriesOf(hashed)} of the audit log are what their digests say`],
    open: [
      ...(waiting === 0 ? [] : [`${entriesOf(waiting)} had no place in the audit log yet: make it anew`]),
      ...(record.isCut === true
        ? ['the newest entries of this release are not in it: there are too many']
        : []),
    ],
  };
}

/** What the key of the audit log says. */
function bySeals(record: ChangeRecord, { keys, log }: Known): Part {
  const { seal, head } = record;
  if (keys === undefined) {
    const rest =
      'that what is no entry of the log (what stages, figures and notes say) is as the API wrote it';
    const all = 'that the API made it, and wrote its entries: anybody could have made all of it anew';
    return { open: [`${log === undefined ? all : rest}. SLUICE_AUDIT_KEY would tell`] };
  }
  if (seal === undefined) return { faults: ['no key seals it, though one is known here'] };
  const key = keys.find(({ id }) => id === seal.keyId);
  if (key === undefined) return { faults: [`it is sealed by key ${seal.keyId}, which is not known here`] };
  if (!sameSeal(seal.mac, sealRecord(key, recordDigest(record))))
    return { faults: ['it was changed: its seal does not fit'] };
  const wrongHead = head === undefined ? undefined : wrongSealOf(head, keys, true);
  const entries = placedOf(record);
  const sealed = entries.filter(({ mac }) => mac !== undefined);
  const wrong = sealed.filter((entry) => !isSealed(entry, keys));
  const faults = [
    ...(wrongHead === undefined ? [] : [`the end of the audit log in it ${wrongHead}`]),
    ...wrong.map(({ position }) => `entry ${position} of the audit log is not as sealed`),
  ];
  return {
    faults,
    proven: [`an API with key ${key.id} made it, whole, and sealed ${entriesOf(sealed.length)} of its own`],
  };
}

function isSealed({ position, hash, xact, mac = '', keyId }: Placed, keys: AuditKeys): boolean {
  const key = keys.find(({ id }) => id === keyId);
  return key !== undefined && sameSeal(mac, sealEntry(key, { position, hash, xact }));
}

/** What an export of the audit log says of its entries. */
function byLog(record: ChangeRecord, { log, keys, heads, expected }: Known): Part {
  if (log === undefined) return {};
  const check = createChainCheck({
    ...{ keys, heads: heads ?? [], expected },
    ...(log.head === undefined ? {} : { closing: log.head }),
  });
  const hashes = new Map(log.entries.map(({ position, hash }) => [position, hash]));
  for (const entry of log.entries) check.next(entry);
  const result = check.end();
  const entries = placedOf(record);
  const strange = entries.filter(({ position, hash }) => hashes.get(position) !== hash);
  const last = entries.at(-1)?.position ?? 0;
  const faults = [
    ...result.findings.map(({ what }) => `the log that was given does not hold: ${what}`),
    ...strange.map(({ position }) => `entry ${position} is not in the log that was given`),
  ];
  const isNoted = (result.confirmed ?? 0) >= last || isSealedTo(result, keys);
  return {
    faults,
    ...(faults.length > 0
      ? {}
      : { proven: [`${entriesOf(entries.length)} are in the log of ${result.verified} that was given`] }),
    ...(isNoted
      ? {}
      : { open: [`that this log is the one that was kept: an end of it, noted elsewhere, would tell`] }),
  };
}

function isSealedTo({ sealed }: ChainFindings, keys: AuditKeys | undefined): boolean {
  return keys !== undefined && sealed > 0;
}

/** What an end of the log says that somebody has noted. */
function byHead(record: ChangeRecord, { expected, log, keys }: Known): Part {
  if (expected === undefined || log !== undefined) return {};
  const { number, hash } = expected;
  const { head } = record;
  const name = `${number === undefined ? '' : `${number}:`}${hash}`;
  const isAt = (position: number): boolean => number === undefined || number === position;
  const same = placedOf(record).find((entry) => entry.hash === hash && isAt(entry.position));
  if (same !== undefined)
    return { proven: [`entry ${same.position} is the one that was noted, ${same.hash}`] };
  const other = placedOf(record).find(({ position }) => position === number);
  if (other !== undefined) return { faults: [`entry ${other.position} is another one than was noted`] };
  const isHead = head?.hash === hash && isAt(head.number);
  if (head !== undefined && head.number === number && !isHead)
    return { faults: [`the end of the audit log at ${head.number} is another one than was noted`] };
  if (isHead && keys !== undefined)
    return { proven: [`the end of the audit log when it was made is the one that was noted, ${name}`] };
  const where = isHead ? `It names the end ${name}, as noted, but` : `The end ${name} is not in it, and`;
  return {
    open: [
      `that its entries lie below that end. ${where} the entries in between are needed: --log FILE of \`sluice audit export\``,
    ],
  };
}
