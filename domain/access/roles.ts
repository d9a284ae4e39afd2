/** Roles of those who ask something of the control plane; each may do all that the ones before it may. */
export const roles = ['viewer', 'releaser', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** May somebody with one role do what another is needed for? */
export function mayActAs(held: Role, needed: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(needed);
}
