import fc from 'fast-check';
import { createCallLimit, type Slot } from './call-limit.ts';

describe('the limit of calls in flight', () => {
  it('halves once for all calls that were refused together, and grows by one for a round of good ones', async () => {
    const limit = createCallLimit(8);
    const slots = await Promise.all(Array.from({ length: 8 }, () => limit.enter(undefined)));
    expect(slots.map((slot) => slot.refused())).toEqual([true, ...Array<boolean>(7).fill(false)]);
    expect(limit.slots()).toBe(4);
    for (const slot of slots) slot.leave();
    for (let call = 0; call < 4; call++) {
      const slot = await limit.enter(undefined);
      slot.good();
      slot.leave();
    }
    expect(limit.slots()).toBe(5);
  });

  it('never falls below one, and never rises above the most', async () => {
    const limit = createCallLimit(3);
    for (let call = 0; call < 20; call++) {
      const slot = await limit.enter(undefined);
      slot.refused();
      slot.leave();
    }
    expect(limit.slots()).toBe(1);
    for (let call = 0; call < 50; call++) {
      const slot = await limit.enter(undefined);
      slot.good();
      slot.leave();
    }
    expect(limit.slots()).toBe(3);
  });

  it('admits in the order of asking and never more than its slots, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.constantFrom('good', 'refused'), { maxLength: 40 }),
        async (most, outcomes) => {
          const limit = createCallLimit(most);
          const entered: number[] = [];
          const inside: Slot[] = [];
          const all = outcomes.map(async (_, i) => {
            const slot = await limit.enter(undefined);
            entered.push(i);
            inside.push(slot);
          });
          for (const outcome of outcomes) {
            await new Promise(setImmediate);
            expect(inside.length).toBeLessThanOrEqual(most);
            const slot = inside.shift()!;
            slot[outcome]();
            slot.leave();
          }
          await Promise.all(all);
          expect(entered).toEqual(outcomes.map((_, i) => i));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('lets those go who no longer wait', async () => {
    const limit = createCallLimit(1);
    const first = await limit.enter(undefined);
    const leaving = new AbortController();
    const second = limit.enter(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    first.leave();
    (await limit.enter(undefined)).leave();
  });
});
