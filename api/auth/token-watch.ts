import { SluiceError } from '../../domain/errors.ts';

/** Ends what a token has open when it is not valid any more. */
export interface TokenWatch {
  /**
   * Calls `end` within seconds of the token's end, until the function that it returns is called. Throws `rate_limited` for a
   * token that has too much open already.
   */
  watch(tokenId: string, end: () => void): () => void;
  close(): void;
}

const everyMs = 2_000;
/** Of one token: each costs memory and every change's writing. A dashboard has one, `sluice watch` one a release. */
const mostOpen = 200;

/** Asks for all tokens with something open at once; where they cannot be read, what is open stays so until they can. */
export function createTokenWatch(
  valid: (ids: readonly string[]) => Promise<readonly string[]>,
  { everyMs: periodMs = everyMs }: { readonly everyMs?: number } = {},
): TokenWatch {
  const open = new Map<string, Set<() => void>>();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const asked = [...open.keys()];
    const good = new Set(await valid(asked).catch(() => asked));
    for (const id of asked) if (!good.has(id)) for (const end of open.get(id) ?? []) end();
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function again(): void {
    timer = setTimeout(() => {
      void look().then(() => {
        if (open.size > 0 && timer !== undefined) again();
        else stop();
      });
    }, periodMs).unref();
  }

  return {
    watch(tokenId, end) {
      const ends = open.get(tokenId) ?? new Set();
      if (ends.size >= mostOpen) throw tooMany();
      open.set(tokenId, ends.add(end));
      if (timer === undefined) again();
      return () => {
        ends.delete(end);
        if (ends.size === 0 && open.get(tokenId) === ends) open.delete(tokenId);
      };
    },
    close() {
      stop();
      open.clear();
    },
  };
}

function tooMany(): SluiceError {
  return new SluiceError('rate_limited', `The token has ${mostOpen} streams open already.`, {
    remedy: 'Close some, or use a token for each program; GET /v1/events follows all releases by one stream.',
  });
}
