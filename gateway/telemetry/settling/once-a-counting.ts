import type { Counting } from '../../../domain/split/split.ts';

/** What follows from how a split counts, worked out once: a gateway asks for the same split's with every request. */
export function onceACounting<T>(make: (counting: Counting) => T): (counting: Counting) => T {
  const known = new WeakMap<Counting, { readonly made: T }>();
  return (counting) => {
    const found = known.get(counting);
    if (found !== undefined) return found.made;
    const made = make(counting);
    known.set(counting, { made });
    return made;
  };
}
