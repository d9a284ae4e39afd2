import { createSandbox, type Sandbox } from './sandbox.ts';

/** Sandboxes by what they are for, each open for as long as somebody uses it. */
export interface SharedSandboxes {
  use<T>(key: string, work: (sandbox: Sandbox) => Promise<T>): Promise<T>;
}

export function createSharedSandboxes(): SharedSandboxes {
  const open = new Map<string, { readonly sandbox: Sandbox; users: number }>();
  return {
    async use(key, work) {
      const shared = open.get(key) ?? { sandbox: createSandbox(), users: 0 };
      open.set(key, shared);
      shared.users += 1;
      try {
        return await work(shared.sandbox);
      } finally {
        shared.users -= 1;
        if (shared.users === 0) {
          open.delete(key);
          shared.sandbox.close();
        }
      }
    },
  };
}
