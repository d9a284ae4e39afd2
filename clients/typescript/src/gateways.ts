/** An answer that is no success. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`The gateway answered ${status}: ${text}`);
    this.name = 'Refused';
    this.status = status;
  }
}

/** The gateways of an environment: any of them takes what is posted, and streams. */
export interface Gateways {
  /** To one after the other, until one takes it. Throws what the last one said, and at once what no other would take. */
  post(path: string, body: object): Promise<unknown>;
  /** The body of a stream of the next one in turn. Throws `Refused`, and where there is no way to it. */
  open(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

const postTimeoutMs = 5_000;

/** `urls` without a path. Begins at a random one, so that many clients spread. */
export function createGateways(urls: readonly string[], key: string): Gateways {
  let turn = Math.floor(Math.random() * urls.length);
  const urlAt = (index: number): string => (urls[index % urls.length] ?? '').replace(/\/$/, '');
  const authorization = `Bearer ${key}`;
  const postTo = async (url: string, body: object): Promise<unknown> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(postTimeoutMs),
    });
    if (!response.ok) throw new Refused(response.status, await response.text());
    return response.json();
  };
  return {
    async post(path, body) {
      let failure: unknown;
      for (let index = turn; index < turn + urls.length; index++) {
        try {
          return await postTo(`${urlAt(index)}${path}`, body);
        } catch (error) {
          if (isFinal(error)) throw error;
          failure = error;
        }
      }
      throw failure;
    },
    async open(path, signal) {
      turn = (turn + 1) % urls.length;
      const response = await fetch(`${urlAt(turn)}${path}`, { headers: { authorization }, signal });
      if (!response.ok || response.body === null) throw new Refused(response.status, await response.text());
      return response.body;
    },
  };
}

/** Would every gateway say that? Not what it says of itself: too much to do, or its database away. */
export function isFinal(error: unknown): boolean {
  return error instanceof Refused && error.status < 500 && ![401, 408, 429].includes(error.status);
}
