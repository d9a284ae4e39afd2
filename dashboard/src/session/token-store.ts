// The token lives as long as the tabs do: in sessionStorage, and handed to another tab of the same pages that asks for it.

const storageKey = 'sluice.token';
const channelName = 'sluice.session';

type SessionMessage =
  { readonly kind: 'ask' } | { readonly kind: 'token'; readonly token: string } | { readonly kind: 'out' };

export interface TokenStore {
  readonly read: () => string | undefined;
  /** Keeps a token for this tab and those that have none; without one, every tab is signed out. */
  readonly keep: (token: string | undefined) => void;
  readonly subscribe: (onChange: () => void) => () => void;
}

export function createTokenStore(storage: Storage, channel: BroadcastChannel): TokenStore {
  const listeners = new Set<() => void>();
  const set = (token: string | undefined) => {
    if (token === undefined) storage.removeItem(storageKey);
    else storage.setItem(storageKey, token);
    for (const listener of listeners) listener();
  };
  const read = () => storage.getItem(storageKey) ?? undefined;
  channel.addEventListener('message', ({ data }: MessageEvent<SessionMessage>) => {
    const token = read();
    if (data.kind === 'ask' && token !== undefined) channel.postMessage({ kind: 'token', token });
    if (data.kind === 'token' && token === undefined) set(data.token);
    if (data.kind === 'out') set(undefined);
  });
  if (read() === undefined) channel.postMessage({ kind: 'ask' });
  return {
    read,
    keep(token) {
      channel.postMessage(token === undefined ? { kind: 'out' } : { kind: 'token', token });
      set(token);
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

export const tokenStore = (): TokenStore =>
  createTokenStore(sessionStorage, new BroadcastChannel(channelName));
