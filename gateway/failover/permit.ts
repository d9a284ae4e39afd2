/** Leave to call once. Exactly one of these is to be told, and more than one does no harm. */
export interface Permit {
  readonly succeeded: () => void;
  readonly failed: () => void;
  /** Nothing was learnt: the caller went away. */
  readonly released: () => void;
}

/** The first outcome counts. */
export function once(permit: Permit): Permit {
  let told = false;
  const guard = (tell: () => void) => () => {
    if (told) return;
    told = true;
    tell();
  };
  return {
    succeeded: guard(permit.succeeded),
    failed: guard(permit.failed),
    released: guard(permit.released),
  };
}
