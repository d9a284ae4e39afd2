import { SluiceError } from '../../domain/errors.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import type { StackPart } from './part.ts';
import { supervise, type Supervision } from './supervise.ts';

/** A part that runs until it is told to fall, and whose next starts go as a test says. */
class PlayedPart implements StackPart {
  readonly name: string;
  readonly logFile: string;
  starts = 0;
  stops = 0;
  /** How many starts are to fail before one succeeds. */
  failing = 0;
  /** How many runs after the first are to hang. */
  hanging = 0;
  kills = 0;
  #hangs = false;
  startable: Promise<void> = Promise.resolve();
  #fall: (how: string) => void = () => undefined;
  #ended: Promise<string>;
  constructor(name: string) {
    this.name = name;
    this.logFile = `${name}.log`;
    this.#ended = this.#newRun();
  }
  #newRun(): Promise<string> {
    return new Promise((resolve) => (this.#fall = resolve));
  }
  pid(): number {
    return 1;
  }
  fall(how = 'SIGKILL'): void {
    this.#fall(how);
  }
  async start(): Promise<void> {
    this.starts += 1;
    await this.startable;
    if (this.failing > 0) {
      this.failing -= 1;
      throw new SluiceError('unreachable', `${this.name} did not start: no space left`);
    }
    this.#hangs = this.hanging > 0;
    this.hanging -= 1;
    this.#ended = this.#newRun();
  }
  answers(): Promise<boolean> {
    // A question that stays open is one that nobody counts.
    return this.#hangs ? Promise.resolve(false) : new Promise(() => undefined);
  }
  stop(): Promise<void> {
    this.stops += 1;
    return Promise.resolve();
  }
  kill(): Promise<void> {
    this.kills += 1;
    this.fall();
    return Promise.resolve();
  }
  ended(): Promise<string> {
    return this.#ended;
  }
}

let said: string[];
let waits: number[];
let nowMs: number;
let supervision: Supervision;
let gateways: [PlayedPart, PlayedPart];
let worker: PlayedPart;

beforeEach(() => {
  [said, waits, nowMs] = [[], [], 0];
  gateways = [new PlayedPart('gateway-1'), new PlayedPart('gateway-2')];
  worker = new PlayedPart('worker');
  supervision = supervise({
    parts: [worker, ...gateways],
    serving: gateways,
    say: (line) => said.push(line),
    random: () => 1,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    nowMs: () => nowMs,
  });
});

afterEach(async () => {
  supervision.end();
  await supervision.ended();
});

const starts = (part: PlayedPart, count: number) =>
  waitFor(() => part.starts === count && said.at(-1)?.includes('runs again'), {
    what: `start ${count} of ${part.name}`,
    intervalMs: 1,
  });

it('starts again what falls, and says what fell, how, and where its log is', async () => {
  worker.fall('exit code 1');
  await starts(worker, 1);
  expect(said).toEqual([
    '⚠ worker ended by itself (exit code 1) and is started again. Its log: worker.log',
    '✓ worker runs again (started in 0.0 s).',
  ]);
  expect(gateways.map((part) => part.starts)).toEqual([0, 0]);
});

it('waits longer after each fall that follows soon upon another, and short again after a long run', async () => {
  for (const count of [1, 2, 3]) {
    worker.fall();
    await starts(worker, count);
  }
  nowMs += 61_000;
  worker.fall();
  await starts(worker, 4);
  expect(waits.filter((ms) => ms < 5_000)).toEqual([250, 500, 1000, 250]);
});

it('ends and starts again what runs and does not answer, and says so', async () => {
  worker.hanging = 1;
  worker.fall('exit code 1');
  await starts(worker, 2);
  expect(said.slice(2)).toEqual([
    '⚠ worker runs, but has not answered for 30.0 s: it is ended and is started again. Its log: worker.log',
    '✓ worker runs again (started in 0.0 s).',
  ]);
  expect([worker.kills, ...gateways.map((part) => part.kills)]).toEqual([1, 0, 0]);
});

it('tries a part that does not start for as long as others serve callers', async () => {
  worker.failing = 30;
  gateways[1].failing = 30;
  const hopeless = jest.fn();
  void supervision.hopeless.then(hopeless);
  worker.fall();
  gateways[1].fall();
  await waitFor(() => worker.starts === 31 && gateways[1].starts === 31, { what: 'both', intervalMs: 1 });
  expect(said).toContain('✗ worker does not start: worker did not start: no space left');
  expect(hopeless).not.toHaveBeenCalled();
});

it('does not give up while a gateway that has just fallen starts again', async () => {
  const hopeless = jest.fn();
  void supervision.hopeless.then(hopeless);
  let release = (): void => undefined;
  gateways[0].startable = new Promise((resolve) => (release = resolve));
  gateways[0].fall();
  gateways[1].failing = 20;
  gateways[1].fall();
  await waitFor(() => gateways[1].starts === 21, { what: 'the other one', intervalMs: 1 });
  release();
  await starts(gateways[0], 1);
  expect(hopeless).not.toHaveBeenCalled();
});

it('gives up when nothing serves callers and what should cannot be started, and names it with its log', async () => {
  for (const gateway of gateways) {
    gateway.failing = 1_000;
    gateway.fall();
  }
  const why = await supervision.hopeless;
  expect(why.message).toMatch(/^gateway-[12] cannot be started: .*no space left/);
  expect(why.remedy).toMatch(/gateway-[12]\.log/);
  expect(gateways.map((part) => part.starts >= 7)).toEqual([true, true]);
});

it('starts nothing again once it is over, and stops what was just being started', async () => {
  let release = (): void => undefined;
  worker.startable = new Promise((resolve) => (release = resolve));
  worker.fall();
  await waitFor(() => worker.starts === 1, { what: 'the start', intervalMs: 1 });
  supervision.end();
  gateways[0].fall();
  release();
  await supervision.ended();
  expect(worker.stops).toBe(1);
  expect(gateways[0].starts).toBe(0);
});
