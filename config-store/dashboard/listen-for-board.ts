import { listen, type Listener } from '../connection/listener.ts';
import { listenForReleases } from '../releases/listen-for-releases.ts';

export interface BoardHandlers {
  /** That release has changed; without an id: any may have. */
  readonly release: (id?: string) => void;
  /** What serves an app in an environment has changed. */
  readonly split: (app: string, environment: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Calls back at every change of a release or of a split. Never throws; a database that is away is reported and tried again. */
export function listenForBoard(url: string, { release, split, onError }: BoardHandlers): Listener[] {
  return [
    listenForReleases(url, { onChange: release, onError }),
    listen({
      ...{ url, channel: 'sluice_split', onError },
      onNotification(payload) {
        const [app, environment] = payload.split('/');
        if (app !== undefined && environment !== undefined) split(app, environment);
      },
      // A change of a split that was missed is seen by what its release, or its page, reads next.
      onListening: () => {
        release();
      },
    }),
  ];
}
