import { createContext, useContext } from 'react';
import type { DashboardApi } from '../api/client.ts';

export interface Session {
  readonly api: DashboardApi;
  readonly signOut: () => void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('This belongs below the log-in.');
  return session;
}
