/** Variables that Sluice itself sets: never undeclared. */
export const ownVariables: ReadonlySet<string> = new Set(['documents']);
