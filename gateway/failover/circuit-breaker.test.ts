import { manualClock, type ManualClock } from '../test-fixtures/manual-clock.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';

let clock: ManualClock;
let breaker: CircuitBreaker;

beforeEach(() => {
  clock = manualClock();
  breaker = createCircuitBreaker(clock, { windowMs: 10_000, minFailures: 3, openMs: 1000, maxOpenMs: 3000 });
});

function fail(times: number): void {
  for (let i = 0; i < times; i++) breaker.admit()?.failed();
}

describe('a circuit breaker', () => {
  it('opens at enough failures', () => {
    fail(2);
    expect(breaker.state()).toBe('closed');
    fail(1);
    expect(breaker.state()).toBe('open');
    expect(breaker.admit()).toBeUndefined();
    expect(breaker.retryAfterMs()).toBe(1000);
  });

  it('stays closed while most calls succeed', () => {
    for (let i = 0; i < 4; i++) breaker.admit()?.succeeded();
    fail(3);
    expect(breaker.state()).toBe('closed');
    fail(1);
    expect(breaker.state()).toBe('open');
  });

  it('forgets what is older than its window', () => {
    fail(2);
    clock.advance(10_000);
    fail(2);
    expect(breaker.state()).toBe('closed');
  });

  it('lets one call at a time probe, and closes when that succeeds', () => {
    fail(3);
    clock.advance(1000);
    expect(breaker.state()).toBe('half-open');
    const probe = breaker.admit();
    expect(breaker.admit()).toBeUndefined();
    probe?.succeeded();
    expect(breaker.state()).toBe('closed');
    expect(breaker.admit()).toBeDefined();
  });

  it('stays open for twice as long after each failed probe, up to a limit', () => {
    fail(3);
    for (const openMs of [1000, 2000, 3000, 3000]) {
      expect(breaker.retryAfterMs()).toBe(openMs);
      clock.advance(openMs);
      breaker.admit()?.failed();
    }
  });

  it('lets another call probe when the caller of one goes away', () => {
    fail(3);
    clock.advance(1000);
    breaker.admit()?.released();
    expect(breaker.admit()).toBeDefined();
  });

  it('does not let a call from before it opened say anything of its probe', () => {
    const old = breaker.admit();
    const older = breaker.admit();
    fail(3);
    clock.advance(1000);
    const probe = breaker.admit();
    old?.succeeded();
    older?.failed();
    expect(breaker.state()).toBe('half-open');
    expect(breaker.admit()).toBeUndefined();
    probe?.succeeded();
    expect(breaker.state()).toBe('closed');
  });

  it('counts an answer that broke after its first content', () => {
    for (let i = 0; i < 3; i++) {
      breaker.admit()?.succeeded();
      breaker.brokeLater();
    }
    expect(breaker.state()).toBe('open');
  });

  it('counts the first outcome of a permit alone', () => {
    const permit = breaker.admit();
    for (let i = 0; i < 5; i++) permit?.failed();
    expect(breaker.state()).toBe('closed');
  });
});
