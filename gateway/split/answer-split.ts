import type { IncomingMessage, ServerResponse } from 'node:http';
import { SluiceError } from '../../domain/errors.ts';
import { requireScope, type Caller } from '../callers/caller.ts';
import type { ConfigView } from '../config/view.ts';
import { servedApp } from '../routing/admit.ts';
import type { SplitStreams } from './split-streams.ts';

/**
 * Streams the split of the app that the query names (`?app=my-app`) to those who report outcomes: they are waited for.
 * Throws as `requireScope` and `servedApp` do, and `invalid_request`, before the first event.
 */
export async function answerSplit(
  { view, splitStreams }: { readonly view: ConfigView; readonly splitStreams: Pick<SplitStreams, 'open'> },
  {
    caller,
    request: { url = '' },
    response,
  }: { readonly caller: Caller; readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  requireScope(caller, 'outcomes');
  const app = URL.parse(url, 'http://gateway')?.searchParams.get('app') ?? '';
  if (app === '')
    throw new SluiceError('invalid_request', 'The query names no app.', {
      remedy: 'Ask for GET /v1/split?app=my-app.',
    });
  servedApp(view, caller, app);
  await splitStreams.open({ app, caller, response });
}
