import { createReleaseFeed } from './release-feed.ts';
import type { ReleaseDetail } from '../schemas/releases.ts';

const detail = (stage: string) => ({ id: 'rel', stage }) as ReleaseDetail;

/** A feed whose reads and changes the test holds in its hands. */
function heldFeed() {
  const reads: PromiseWithResolvers<ReleaseDetail>[] = [];
  let change: (id?: string) => void = () => undefined;
  const feed = createReleaseFeed({
    read: () => {
      const answer = Promise.withResolvers<ReleaseDetail>();
      reads.push(answer);
      return answer.promise;
    },
    listen: (onChange) => {
      change = onChange;
      return { close: () => Promise.resolve() };
    },
    beatMs: 60_000,
  });
  const heard: string[] = [];
  const watcher = {
    onRelease: ({ stage }: ReleaseDetail) => heard.push(stage ?? ''),
    onTrouble: (error: unknown) => heard.push(String(error)),
    onEnd: () => heard.push('end'),
  };
  const settle = () => new Promise(setImmediate);
  return {
    feed,
    reads,
    heard,
    watcher,
    settle,
    change: (id: string) => {
      change(id);
    },
  };
}

it('reads one at a time, and once more for all that changed meanwhile: nothing older follows something newer', async () => {
  const { feed, reads, heard, watcher, change, settle } = heldFeed();
  feed.watch('rel', watcher);
  feed.watch('rel', watcher);
  change('rel');
  change('rel');
  expect(reads).toHaveLength(1);
  reads[0]?.resolve(detail('one'));
  await settle();
  expect(reads).toHaveLength(2);
  reads[1]?.resolve(detail('two'));
  await settle();
  expect(reads).toHaveLength(2);
  expect(heard).toEqual(['one', 'two']);
  await feed.close();
});

it('tells of a read that failed, and reads again at the next change', async () => {
  const { feed, reads, heard, watcher, change, settle } = heldFeed();
  feed.watch('rel', watcher);
  reads[0]?.reject(new Error('away'));
  await settle();
  change('rel');
  reads[1]?.resolve(detail('one'));
  await settle();
  expect(heard).toEqual(['Error: away', 'one']);
  await feed.close();
});

it('reads nothing for nobody', async () => {
  const { feed, reads, watcher, change, settle } = heldFeed();
  const unwatch = feed.watch('rel', watcher);
  reads[0]?.resolve(detail('one'));
  await settle();
  unwatch();
  change('rel');
  change('other');
  expect(reads).toHaveLength(1);
  await feed.close();
});
