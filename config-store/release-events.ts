import { listen, type Listener } from './listener.ts';

export interface ReleaseListenerOptions {
  onError?: ((error: unknown) => void) | undefined;
}

/**
 * Calls `onEvent` whenever a release has changed, and after every reconnection: read it then. Resolves once it
 * listens for the first time, so that nothing is missed by who reads afterwards. Throws `unreachable` where it cannot
 * listen at all.
 */
export async function listenForRelease(
  url: string,
  releaseId: string,
  onEvent: () => void,
  { onError = warn }: ReleaseListenerOptions = {},
): Promise<Listener> {
  const started = Promise.withResolvers<undefined>();
  let listening = false;
  const listener = listen({
    url,
    channel: 'sluice_release',
    onNotification: (payload) => {
      if (payload === releaseId) onEvent();
    },
    onListening: () => {
      if (listening) onEvent();
      listening = true;
      started.resolve(undefined);
    },
    onError: (error) => {
      if (listening) onError(error);
      else started.reject(error);
    },
  });
  try {
    await started.promise;
    return listener;
  } catch (error) {
    await listener.close();
    throw error;
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
