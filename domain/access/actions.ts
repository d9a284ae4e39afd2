/**
 * What a token may be narrowed to beside its role. `content` (answers, samples, explanations) is none of them: no role has
 * it by itself, a token is given it by name.
 */
export const actions = [
  'read',
  'publish',
  'release',
  'decide',
  'promote',
  'approve',
  'review',
  'rollback',
  'settings',
  'policy',
  'tokens',
  'keys',
] as const;
export type Action = (typeof actions)[number];
