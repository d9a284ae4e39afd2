import { newHoldClock, readClock, setClock } from './hold-clock.ts';

const second = 1_000;

describe('the hold clock', () => {
  it('adds up the time that it runs, and none in between', () => {
    let clock = setClock(newHoldClock, true, 0);
    clock = readClock(clock, 2 * second, 60 * second);
    clock = setClock(clock, false, 2 * second);
    clock = readClock(clock, 50 * second, 60 * second);
    clock = setClock(clock, true, 50 * second);
    clock = readClock(clock, 53 * second, 60 * second);
    expect(clock.elapsedMs).toBe(5 * second);
  });

  it('loses nothing when it is set going again while it runs', () => {
    let clock = setClock(newHoldClock, true, 0);
    clock = setClock(clock, true, 4 * second);
    expect(readClock(clock, 5 * second, 60 * second).elapsedMs).toBe(5 * second);
  });

  it('counts a stretch that nobody measured for no longer than the lease', () => {
    const clock = setClock(newHoldClock, true, 0);
    expect(readClock(clock, 600 * second, 60 * second).elapsedMs).toBe(60 * second);
  });

  it('never runs backwards', () => {
    const clock = setClock(newHoldClock, true, 10 * second);
    expect(readClock(clock, 9 * second, 60 * second).elapsedMs).toBe(0);
  });
});
