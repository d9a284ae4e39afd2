import { SluiceError } from '../../domain/errors.ts';
import type { Clock } from '../clock.ts';

const windowMs = 60_000;
const wrongPerWindow = 10;
const addressesKept = 10_000;

/** Slows whoever tries keys. A right key is never asked for this: callers may share an address. */
export interface WrongKeys {
  /** A key of this address was wrong. Throws `rate_limited` where too many were. */
  note(address: string): void;
}

/** Ten a minute and address are told what is wrong with them; remembers the 10,000 newest addresses. */
export function createWrongKeys(clock: Clock): WrongKeys {
  const windows = new Map<string, { readonly sinceMs: number; wrong: number }>();
  return {
    note(address) {
      const source = networkOf(address);
      const nowMs = clock.nowMs();
      const known = windows.get(source);
      const isOn = known !== undefined && nowMs - known.sinceMs < windowMs;
      const window = isOn ? known : { sinceMs: nowMs, wrong: 0 };
      window.wrong += 1;
      windows.delete(source);
      windows.set(source, window);
      const [oldest] = windows.keys();
      if (windows.size > addressesKept && oldest !== undefined) windows.delete(oldest);
      if (window.wrong <= wrongPerWindow) return;
      throw new SluiceError('rate_limited', 'Too many wrong keys came from this address.', {
        remedy: 'Wait a minute, and check the key. A right one works at once.',
        details: { retryAfterMs: window.sinceMs + windowMs - nowMs },
      });
    },
  };
}

/** An address, or the /64 of one of IPv6: who has one address of it has them all. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':');
}
