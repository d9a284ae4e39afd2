import type { ChainedEntry } from './entry.ts';
import type { Tell } from './finding.ts';
import { sameSeal, sealEntry, type AuditKeys } from './keys.ts';

/** The seals of a chain's entries: each by the right key, and each key in its time. */
export interface SealCheck {
  /** Takes the entries that hold, in the order of their positions. */
  next(entry: ChainedEntry): void;
  /** The key of the newest seal; undefined where nothing is sealed. */
  presentKey(): string | undefined;
  /** Entries that a known key seals. */
  sealed(): number;
  /** After the last entry: tells which seals do not fit. */
  tellWrong(): void;
}

/** Without keys only who sealed is checked, and not whether the seals fit. */
export function createSealCheck(keys: AuditKeys | undefined, tell: Tell): SealCheck {
  const wrong = createWrongSeals();
  const retired = new Set<string>();
  let presentKey: string | undefined;
  let sealed = 0;

  function takeKey(keyId: string, position: number): void {
    if (keyId === presentKey) return;
    if (retired.has(keyId)) {
      const what = `Entry ${position} is sealed by key ${keyId}, which another one had replaced.`;
      tell('retired-key', what, position);
    }
    if (presentKey !== undefined) retired.add(presentKey);
    presentKey = keyId;
  }

  return {
    next({ position, hash, xact, mac, keyId }) {
      if ((mac === undefined) !== (keyId === undefined)) wrong.note(position, undefined);
      if (mac === undefined || keyId === undefined) {
        if (presentKey === undefined) return;
        tell('unsealed', `Entry ${position} has no seal, and entries before it have.`, position);
        return;
      }
      takeKey(keyId, position);
      if (keys === undefined) return;
      const key = keys.find(({ id }) => id === keyId);
      if (key !== undefined && sameSeal(mac, sealEntry(key, { position, hash, xact }))) sealed += 1;
      else wrong.note(position, key === undefined ? keyId : undefined);
    },
    presentKey: () => presentKey,
    sealed: () => sealed,
    tellWrong() {
      wrong.tellAll(tell);
    },
  };
}

/** One finding for entries that follow each other. */
function createWrongSeals() {
  const ranges: { readonly from: number; to: number; readonly unknownKey: string | undefined }[] = [];
  return {
    note(position: number, unknownKey: string | undefined): void {
      const last = ranges.at(-1);
      if (last?.to === position - 1 && last.unknownKey === unknownKey) last.to = position;
      else ranges.push({ from: position, to: position, unknownKey });
    },
    tellAll(tell: Tell): void {
      for (const { from, to, unknownKey } of ranges) {
        const which = from === to ? `Entry ${from} ` : `Entries ${from} to ${to} `;
        const [is, its] = from === to ? ['is', 'its seal does'] : ['are', 'their seals do'];
        if (unknownKey === undefined)
          tell('wrong-seal', `${which}${is} not as sealed: ${its} not fit.`, from);
        else tell('unknown-key', `${which}${is} sealed by key ${unknownKey}, which is not known here.`, from);
      }
    },
  };
}
