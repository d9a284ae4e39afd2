import type { StoredSplit } from '../../config-store/gateway-view/types.ts';
import type { KnownApp } from './last-known.ts';
import type { ServedApp } from './served-app.ts';

/** What is kept on disk of an app that is served. */
export function toKnown({ split, stable, sampling }: ServedApp): KnownApp {
  const { app, digest, label, content } = stable;
  const { include, exclude, ...rest } = split;
  return {
    split: { ...rest, stable: digest, include: [...include], exclude: [...exclude] },
    stable: { app, digest, label, content },
    sampling,
  };
}

/** A split as it was on disk: optional fields are there or are not. */
export function splitOfKnown({ candidate, counting, releaseId, ...rest }: KnownApp['split']): StoredSplit {
  return {
    ...rest,
    ...(candidate === undefined ? {} : { candidate }),
    ...(counting === undefined ? {} : { counting }),
    ...(releaseId === undefined ? {} : { releaseId }),
  };
}
