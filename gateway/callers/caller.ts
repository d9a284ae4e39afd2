import { SluiceError } from '../../domain/errors.ts';
import type { GatewayKey, KeyScope } from '../../domain/access/gateway-key.ts';

/** Who asks the gateway for something. */
export type Caller =
  | { readonly kind: 'key'; readonly key: GatewayKey }
  /** Evaluations, replays and probes: they pin revisions, and are no traffic. */
  | { readonly kind: 'internal' }
  /** Somebody without a key, where none is demanded. */
  | { readonly kind: 'anonymous' };

/** May this caller do what a scope is for? Without a key: call models, and nothing else. */
export function mayDo(caller: Caller, scope: KeyScope): boolean {
  return caller.kind === 'key' ? caller.key.scopes.includes(scope) : scope === 'call';
}

const doings: Record<KeyScope, string> = {
  call: 'calling models',
  outcomes: 'reporting outcomes',
  feedback: 'telling of answers',
  labels: 'saying which segment a request is of',
  prompts: 'reading prompts',
};

/** Throws `unauthenticated` where a key is needed and none was shown, `forbidden` where it is for something else. */
export function requireScope(caller: Caller, scope: KeyScope): void {
  if (mayDo(caller, scope)) return;
  if (caller.kind !== 'key') {
    throw new SluiceError(
      'unauthenticated',
      `For ${doings[scope]} a gateway key is needed, also on loopback.`,
      {
        remedy: `Make one with "sluice key create --app <app> --name <name> --scope ${scope}", and send it as "Authorization: Bearer <key>".`,
      },
    );
  }
  throw new SluiceError('forbidden', `The key "${caller.key.name}" is not for ${doings[scope]}.`, {
    remedy: `Use one that was made with "--scope ${scope}".`,
    details: { code: 'key_scope' },
  });
}

/** The internal token is no key for the apps: what it asks for is measured, and pinned. Throws `forbidden`. */
export function requireTraffic(caller: Caller): void {
  if (caller.kind !== 'internal') return;
  throw new SluiceError('forbidden', 'The internal token asks for pinned revisions only.', {
    remedy: 'Pin one with x-sluice-pin; or call the app as any other caller, with a gateway key.',
    details: { code: 'internal_unpinned' },
  });
}

/** The same answer for an app that does not exist: a key tells nothing of others. Throws `forbidden`. */
export function requireApp(caller: Caller, app: string): void {
  if (caller.kind !== 'key' || caller.key.apps.includes(app)) return;
  throw new SluiceError('forbidden', `The key "${caller.key.name}" is not for the app "${app}".`, {
    remedy: `It is for ${caller.key.apps.join(', ')}.`,
    details: { code: 'key_app' },
  });
}

/** Of the key that a caller has. */
export function keyIdOf(caller: Caller): string | undefined {
  return caller.kind === 'key' ? caller.key.id : undefined;
}

/** The apps of these that a caller may know of. */
export function visibleApps(caller: Caller, apps: readonly string[]): readonly string[] {
  return caller.kind === 'key' ? apps.filter((app) => caller.key.apps.includes(app)) : apps;
}
