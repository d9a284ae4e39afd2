import type { ResolvedTarget } from '../../protocols/target.ts';

/** By what a target is known from request to request. Its address is part of it: bound anew it begins with a clean slate. */
export function targetKey({ provider, baseUrl, model }: ResolvedTarget): string {
  return `${provider}\0${baseUrl}\0${model}`; // none of the three can hold a NUL: they come from validated files
}
