import { isOpen, type ReleaseState } from '../release/release.ts';

/** Whose decision it was, as people say it: `system:…` is Sluice itself. Of `token:ada` the name alone is told. */
export function whoOf(actor: string | undefined): string {
  if (actor === undefined) return 'somebody';
  const [kind = '', ...rest] = actor.split(':');
  const name = rest.join(':');
  if (name === '') return actor;
  switch (kind) {
    case 'system':
      return 'Sluice';
    case 'token':
    case 'user':
      return name;
    case 'ci':
      return `${name} (CI)`;
    case 'temporal':
      return `${name} (Temporal)`;
    case 'break-glass':
      return `${name} (break-glass)`;
    default:
      return actor;
  }
}

/** What has to be known of a release to name how it is. */
export interface NamedState {
  readonly state: ReleaseState;
  readonly decidedBy?: string | undefined;
  /** Its candidate has had a share of the traffic. */
  readonly served: boolean;
}

/** The state of a release for people: whatever took a candidate off the traffic, it was rolled back, by somebody. */
export function stateWord({ state, decidedBy, served }: NamedState): string {
  if (isOpen(state)) return { ...openWords, progressing: 'under way' }[state];
  if (state === 'promoted') return 'promoted';
  if (state === 'rolled_back' || served) return `rolled back by ${whoOf(decidedBy)}`;
  if (state === 'aborted') return `stopped by ${whoOf(decidedBy)}`;
  return state;
}

const openWords = { starting: 'starting', paused: 'paused', rolling_back: 'being rolled back' } as const;

/** `5 min`, `40 s`, `2 h 10 min`: to the unit that is read. */
export function timeWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const [hours, left] = [Math.floor(minutes / 60), minutes % 60];
  return left === 0 || hours >= 48 ? `${hours} h` : `${hours} h ${left} min`;
}

/** Percent as plans write it. */
export function percentWords(weight: number): string {
  return `${Number(weight.toFixed(2))} %`;
}

/** `1,538`. */
export function countWords(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
