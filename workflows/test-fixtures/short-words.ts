import { randomUUID } from 'node:crypto';
import { waitFor } from '../../tests/support/wait-for.ts';
import { statusQuery } from '../messages.ts';
import type { ReleaseHandle } from './release-runner.ts';
import { look, type Script } from './scripted-activities.ts';

export const newApp = (): string => `app-${randomUUID().slice(0, 8)}`;

/** Looks that never pass: the release stays in its first step. */
export const holding = () => ({ takeLook: () => Promise.resolve(look('wait')) });

export async function untilLooking(script: Script, looks = 1): Promise<void> {
  const before = script.looks.length;
  await waitFor(() => script.looks.length >= before + looks, { what: `${looks} more looks` });
}

/** How often Temporal is asked: every question is work of its server and of the worker. */
export const askEveryMs = 100;

export async function untilPaused(handle: ReleaseHandle): Promise<void> {
  await waitFor(async () => (await handle.query(statusQuery)).paused, {
    what: 'the release to be paused',
    intervalMs: askEveryMs,
  });
}
