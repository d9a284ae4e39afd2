import { listen, type Listener } from '../connection/listener.ts';

export interface ReleaseHandlers {
  /** That release has changed; without an id: any may have, read all. */
  readonly onChange: (releaseId?: string) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Calls `onChange` at every change of a release, and whenever the connection has been made (anew). One connection
 * for all releases. Never throws; a database that is away is reported to `onError` and tried again.
 */
export function listenForReleases(url: string, { onChange, onError }: ReleaseHandlers): Listener {
  return listen({
    url,
    channel: 'sluice_release',
    onNotification: (payload) => {
      onChange(payload);
    },
    onListening: () => {
      onChange();
    },
    onError,
  });
}
