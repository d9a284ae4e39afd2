import type { Needs } from '../auth/authorize.ts';
import type { ReleaseAction } from '../schemas/dashboard/actions.ts';

const decide = { role: 'releaser', action: 'decide', concerns: 'path.release' } as const;

/**
 * What the routes of people's decisions need of their caller, once: the routes have it from here, and so has what a page
 * offers. Who may promote is for the policy to say as well; nothing stands before an abort.
 */
export const actionNeeds = {
  pause: decide,
  resume: decide,
  abort: decide,
  promote: { ...decide, action: 'promote' },
  approve: { ...decide, action: 'approve' },
  rollback: { role: 'operator', action: 'rollback', concerns: 'path.app' },
} as const satisfies Readonly<Record<ReleaseAction, Needs>>;
