import type { Action } from '../../domain/access/actions.ts';
import { SluiceError } from '../../domain/errors.ts';
import { mayActAs, type Role } from '../../domain/access/roles.ts';
import { strongerIn, type TokenRights } from '../../domain/access/token-rights.ts';
import type { ApiCaller } from './authenticate.ts';

/**
 * Which app an operation is about, so that a token of some apps is held to them. `all`: only a token of all apps may;
 * `listed`: its handler holds the caller to their own, by what it lists or hands on.
 */
export type Concerns = 'all' | 'listed' | 'path.app' | 'body.app' | 'body.name' | 'path.release';

/** What an operation needs of its caller. */
export interface Needs {
  readonly role: Role;
  readonly action: Action;
  readonly concerns: Concerns;
  /** Answers with what users or models said: only for tokens that are given this by name. */
  readonly content?: true;
}

function forbidden(name: string, why: string, remedy: string): SluiceError {
  return new SluiceError('forbidden', `The token "${name}" ${why}.`, { remedy });
}

/** May the caller do this at all? Throws `forbidden`. */
export function authorize(caller: ApiCaller, { role, action, concerns, content }: Needs): void {
  const { name, actions, apps } = caller;
  if (!mayActAs(caller.role, role)) {
    throw forbidden(
      name,
      `has the role ${caller.role}; this needs ${role}`,
      `Use a token with the role ${role} or above.`,
    );
  }
  if (actions?.includes(action) === false) {
    throw forbidden(
      name,
      `is for ${actions.join(', ')}; this is ${action}`,
      'Use a token that may do this as well.',
    );
  }
  if (content === true && !caller.content) {
    throw forbidden(
      name,
      'may not read content',
      'Have a token made that may: sluice token create --content.',
    );
  }
  if (concerns === 'all' && apps !== undefined) {
    throw forbidden(name, `is for ${apps.join(', ')}; this is about all apps`, 'Use a token of all apps.');
  }
}

/** Is the operation about one of the caller's apps? Throws `forbidden`, and says nothing of other apps. */
export function assertOwnApp({ name, apps }: ApiCaller, app: string | undefined): void {
  if (apps === undefined || (app !== undefined && apps.includes(app))) return;
  throw forbidden(
    name,
    `is for ${apps.join(', ')}, and this is about something else`,
    'Use a token of that app.',
  );
}

/** Nobody hands on more than they have, nor touches a token that is more than theirs. Throws `forbidden`. */
export function assertNoStronger(caller: ApiCaller, wanted: TokenRights): void {
  const [more, ...rest] = strongerIn(wanted, caller);
  if (more === undefined) return;
  throw forbidden(
    caller.name,
    `cannot give or touch what it has not itself: ${[more, ...rest].join(', ')}`,
    'Ask for less, or use a token that has all of it.',
  );
}
