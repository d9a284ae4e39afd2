import { SluiceError } from '../domain/errors.ts';

const retryAfterMs = 1_000;

/** The part of the budget that one request has. */
export interface BodyShare {
  /** Throws `overloaded`, to be tried again in a second, where so many bytes more are not to be had. */
  take(bytes: number): void;
  /** Gives back all of it; what is taken afterwards is given back with the next call. */
  release(): void;
}

export interface BodyBudget {
  open(): BodyShare;
  inFlightBytes(): number;
}

/**
 * How many bytes of requests' bodies may be held at a time, from their arrival to the end of their answers. Bytes count as
 * they come, so that who announces many and sends none holds none. A request that is alone is always taken.
 */
export function createBodyBudget(limitBytes: number): BodyBudget {
  let inFlight = 0;
  return {
    open() {
      let held = 0;
      return {
        take(bytes) {
          const others = inFlight - held;
          if (others > 0 && inFlight + bytes > limitBytes) throw overloaded(limitBytes);
          held += bytes;
          inFlight += bytes;
        },
        release() {
          inFlight -= held;
          held = 0;
        },
      };
    },
    inFlightBytes: () => inFlight,
  };
}

function overloaded(limitBytes: number): SluiceError {
  const megabytes = Math.round(limitBytes / 1024 / 1024);
  return new SluiceError('overloaded', `This gateway holds ${megabytes} MB of requests already.`, {
    remedy: 'Try again in a second; start more gateways, or raise SLUICE_BODIES_IN_FLIGHT_MB.',
    details: { retryAfterMs },
  });
}
