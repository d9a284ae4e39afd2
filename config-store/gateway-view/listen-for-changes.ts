import { listen, type Listener } from '../connection/listener.ts';

export interface ChangeHandlers {
  /** The split of an app in an environment has changed; without them: anything may have, read all. */
  readonly onChange: (changed?: { readonly app: string; readonly environment: string }) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Calls `onChange` at every change of a split, and whenever the connection has been made (anew): what happened before
 * is known only by reading. Never throws; a database that is away is reported to `onError` and tried again.
 */
export function listenForChanges(url: string, { onChange, onError }: ChangeHandlers): Listener {
  return listen({
    url,
    channel: 'sluice_split',
    onNotification: (payload) => {
      const [app, environment] = payload.split('/');
      onChange(app === undefined || environment === undefined ? undefined : { app, environment });
    },
    onListening: () => {
      onChange();
    },
    onError,
  });
}
