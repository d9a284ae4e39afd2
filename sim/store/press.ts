import { SluiceError } from '../../domain/errors.ts';
import type { Ending } from '../../domain/release/release.ts';
import type { StoreState } from './state.ts';

export interface PlayedPress {
  readonly operationId: string;
  readonly actor: string;
  readonly ending: Ending;
  readonly takeOut?: string | undefined;
  readonly to?: string | undefined;
  readonly seenVersion?: number | undefined;
  readonly condemns?: boolean | undefined;
}

export type PlayedPressResult =
  | { readonly kind: 'done'; readonly version: number; readonly serving: string; readonly takenOut: string }
  | { readonly kind: 'already'; readonly version: number; readonly serving: string };

/** Takes a revision out (DESIGN section 5). Every gateway can serve everything here. */
export function rollback(state: StoreState, press: PlayedPress): PlayedPressResult {
  const { split, open } = state;
  state.witness.pressed();
  const stored = state.history.find(({ operationId }) => operationId === press.operationId);
  if (stored !== undefined)
    return {
      kind: 'done',
      version: stored.version,
      serving: stored.stable,
      takenOut: stored.tookOut[0] ?? '',
    };
  const seen = state.history.find(({ version }) => version === press.seenVersion);
  const shown = seen && (seen.candidate ?? seen.stable);
  const bad = press.takeOut ?? meant(state, press, shown);
  const isGone =
    bad !== undefined &&
    press.seenVersion !== undefined &&
    state.history.some(
      ({ version, kind, tookOut }) =>
        version > (press.seenVersion ?? 0) && kind === 'rollback' && tookOut.includes(bad),
    );
  const serves = bad !== undefined && (bad === split.stable || bad === split.candidate);
  const isOpens = open !== undefined && open.revision === bad && open.state !== 'rolling_back';
  if (bad === undefined || isGone || (!serves && !isOpens))
    return { kind: 'already', version: split.version, serving: split.stable };
  const target = targetOf(state, press, bad, serves);
  if (target === undefined) throw new SluiceError('conflict', 'There is no former stable revision.');
  condemnLeft(state, press, bad, target, serves);
  const tookOut = serves ? [...new Set([bad, ...(target === split.stable ? [] : [split.stable])])] : [];
  const written = state.write({
    ...{ kind: 'rollback', stable: target, candidate: undefined, weight: 0 },
    ...{ releaseId: split.releaseId, salt: split.salt, operationId: press.operationId, tookOut },
  });
  if (target !== split.stable) state.condemned.delete(target);
  if (open !== undefined && open.state !== 'rolling_back') {
    open.ending = open.revision === bad ? press.ending : 'superseded';
    state.move(open, 'rolling_back');
  }
  return { kind: 'done', version: written.version, serving: target, takenOut: bad };
}

/** Whom a press means that names nobody. */
function meant(state: StoreState, press: PlayedPress, shown: string | undefined): string | undefined {
  const { split } = state;
  if (press.to === undefined)
    return shown ?? split.candidate ?? (wasJustRolledBack(state) ? undefined : split.stable);
  if (split.stable === press.to && split.candidate === undefined) return undefined;
  const other = (revision: string | undefined): string | undefined =>
    revision === press.to ? undefined : revision;
  return other(shown) ?? other(split.candidate) ?? split.stable;
}

function wasJustRolledBack(state: StoreState): boolean {
  const newest = state.history.findLast(({ kind, tookOut }) => kind !== 'rollback' || tookOut.length > 0);
  return newest?.kind === 'rollback';
}

function targetOf(state: StoreState, press: PlayedPress, bad: string, serves: boolean): string | undefined {
  const { split } = state;
  if (!serves) return split.stable;
  if (press.to !== undefined) return press.to;
  if (bad !== split.stable) return split.stable;
  const formers = state.has('goes back to the oldest') ? state.formers().reverse() : state.formers();
  return formers.find(
    (each) => each !== bad && (!state.condemned.has(each) || state.has('goes back to the condemned')),
  );
}

function condemnLeft(
  state: StoreState,
  press: PlayedPress,
  bad: string,
  target: string,
  serves: boolean,
): void {
  const { split } = state;
  const found = (press.condemns ?? true) && press.ending !== 'failed' && press.ending !== 'superseded';
  if (!found || !serves) return;
  const by = press.actor.startsWith('system:') && press.ending !== 'aborted' ? 'guardrail' : 'person';
  const isNamed = press.to === undefined || press.takeOut !== undefined || bad !== split.stable;
  const isBack =
    press.to !== undefined && target !== split.stable && !goesForward(state, split.stable, target);
  if (isNamed) state.condemn(bad, by);
  if (isBack || (target !== split.stable && state.has('condemns the displaced')))
    state.condemn(split.stable, by);
}

function goesForward(state: StoreState, from: string, to: string): boolean {
  const madeAt = (revision: string): number =>
    state.history.findLastIndex(
      ({ stable, kind }) => stable === revision && (kind === 'create' || kind === 'promote'),
    );
  return madeAt(to) < 0 || (madeAt(from) >= 0 && madeAt(to) > madeAt(from));
}
