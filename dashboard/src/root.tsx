import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { ApiProblem, createDashboardApi } from './api/client.ts';
import { keepCurrent } from './live/keep-current.ts';
import { LiveContext } from './live/live-context.ts';
import { createLiveStore, type LiveStore } from './live/live-store.ts';
import { router } from './router/router.tsx';
import { LoginPage } from './session/login-page.tsx';
import { SessionContext } from './session/session-context.ts';
import type { TokenStore } from './session/token-store.ts';

const mostRetries = 2;

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The stream says what has changed; what nobody heard of is asked again when it is looked at.
        staleTime: 10_000,
        // A refusal is an answer: only what nobody answered is asked again.
        retry: (failures, error) => !(error instanceof ApiProblem) && failures < mostRetries,
      },
    },
  });
}

/** Everything that a token sees, and nothing of the one before. */
function SignedIn({ token, tokens }: { readonly token: string; readonly tokens: TokenStore }) {
  const [live, setLive] = useState<LiveStore>();
  const [client] = useState(newQueryClient);
  const session = useMemo(() => {
    const signOut = () => {
      tokens.keep(undefined);
    };
    return { api: createDashboardApi(token, signOut), signOut };
  }, [token, tokens]);
  useEffect(() => {
    const store = createLiveStore(token);
    setLive(store);
    const release = keepCurrent(store, client);
    return () => {
      release();
      store.stop();
    };
  }, [token, client]);
  if (live === undefined) return null;
  return (
    <QueryClientProvider client={client}>
      <SessionContext value={session}>
        <LiveContext value={live}>
          <RouterProvider router={router} />
        </LiveContext>
      </SessionContext>
    </QueryClientProvider>
  );
}

export function Root({ tokens }: { readonly tokens: TokenStore }) {
  const token = useSyncExternalStore(tokens.subscribe, tokens.read);
  if (token === undefined) {
    return (
      <>
        <title>Log in · Sluice</title>
        <LoginPage onToken={tokens.keep} />
      </>
    );
  }
  return <SignedIn key={token} token={token} tokens={tokens} />;
}
