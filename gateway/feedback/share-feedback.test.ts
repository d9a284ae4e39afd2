import type { FeedbackQuery } from '../../config-store/gateway-view/feedback.ts';
import { createFeedbackSharing } from './share-feedback.ts';

const counting = {
  ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000, slowMs: 10_000 },
  named: {
    thumbs: { kind: 'event', event: 'thumb', bad: 'down', withinMs: 600_000 },
    stars: { kind: 'event', event: 'stars', bad: { below: 3 }, withinMs: 120_000 },
    long: { kind: 'latency', slowMs: 30_000 },
  },
};

const split = {
  ...{ app: 'bank', environment: 'production', version: 3, weight: 0, salt: 's' },
  ...{ include: [], exclude: [] },
};

it('asks for the events that plans of open releases name, and forgets where it was while there are none', async () => {
  const asked: FeedbackQuery[] = [];
  const learnt: unknown[] = [];
  const state = { isOpen: true };
  const share = createFeedbackSharing({
    view: {
      apps: () => ['bank', 'idle'],
      app: (app) => ({ split: { ...split, ...(app === 'bank' && state.isOpen ? { counting } : {}) } }),
    },
    units: { learn: (events) => learnt.push(...events) },
    readFeedback: (query) => {
      asked.push(query);
      return Promise.resolve([
        { ref: 'a', name: 'thumb', value: 'down', receivedAt: '2026-11-30T10:00:00Z' },
      ]);
    },
  });
  await share();
  await share();
  state.isOpen = false;
  await share();
  state.isOpen = true;
  await share();
  const events = [
    { app: 'bank', name: 'thumb' },
    { app: 'bank', name: 'stars' },
  ];
  expect(asked).toEqual([
    { afterAt: undefined, events },
    { afterAt: '2026-11-30T10:00:00Z', events },
    { afterAt: undefined, events },
  ]);
  expect(learnt).toHaveLength(3);
});
