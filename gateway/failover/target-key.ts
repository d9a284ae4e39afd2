import type { ResolvedTarget } from '../../protocols/target.ts';

/** By what a target is known from request to request. Its address is part of it: bound anew it begins with a clean slate. */
export function targetKey(target: ResolvedTarget): string {
  const known = keys.get(target);
  if (known !== undefined) return known;
  const { provider, baseUrl, model } = target;
  const key = `${provider}\0${baseUrl}\0${model}`; // none of the three can hold a NUL: they come from validated files
  keys.set(target, key);
  return key;
}

/** A revision's targets are asked for some four times with each request. */
const keys = new WeakMap<ResolvedTarget, string>();
