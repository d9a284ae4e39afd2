// How much one gateway process on one core forwards, what it adds to the latency, and what the simplest Express proxy does
// in the same run, beside calling the provider stand-in directly. Under a minute; traffic goes to 127.0.0.1 only.
import { join } from 'node:path';
import { askAtOnce, askInTurn, type Asked } from './load.ts';
import { startMeasuredGateway } from './measured-gateway.ts';
import { leaveMeasuredCore, startPinned, type PinnedProcess } from './pinned-process.ts';

const callers = 32;
const secondsEach = 1;
const rounds = 2;
const requestsInTurn = 400;

interface Subject {
  readonly name: string;
  readonly origin: string;
  readonly model: string;
  readonly process: PinnedProcess;
}

/** Answers a second, and CPU microseconds that the process needed for each. */
interface Throughput {
  readonly perSecond: number;
  readonly cpuUs: number;
}

async function measureThroughput(subject: Subject, stream: boolean): Promise<Throughput> {
  const cpuBeforeMs = subject.process.cpuMs();
  const { answers, seconds } = await askAtOnce({ ...subject, stream }, { callers, seconds: secondsEach });
  return { perSecond: answers / seconds, cpuUs: (1000 * (subject.process.cpuMs() - cpuBeforeMs)) / answers };
}

/** In rounds, so that no subject has the machine's quiet moments for itself. */
async function compareThroughput(subjects: readonly Subject[], stream: boolean): Promise<Throughput[]> {
  const measured = subjects.map((): Throughput[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, subject] of subjects.entries())
      measured[i]?.push(await measureThroughput(subject, stream));
  }
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return measured.map((runs) => ({
    perSecond: mean(runs.map(({ perSecond }) => perSecond)),
    cpuUs: mean(runs.map(({ cpuUs }) => cpuUs)),
  }));
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? NaN;
}

async function report(subjects: readonly Subject[], stream: boolean): Promise<void> {
  // The first requests compile the code.
  for (const subject of subjects) await askAtOnce({ ...subject, stream }, { callers, seconds: 1 });
  const throughput = await compareThroughput(subjects, stream);
  const asked: Asked[] = subjects.map(({ origin, model }) => ({ origin, model, stream }));
  const latencies = await askInTurn(asked, requestsInTurn);
  const direct = latencies[0] ?? [];
  console.log(`\n${stream ? 'Streamed, 20 chunks' : 'Whole answers'}`);
  console.log('| | answers/s | CPU per answer | p50 added | p99 added |');
  console.log('|-|-|-|-|-|');
  for (const [i, { name }] of subjects.entries()) {
    const { perSecond = NaN, cpuUs = NaN } = throughput[i] ?? {};
    const added = (q: number): string =>
      (quantile(latencies[i] ?? [], q) - (i === 0 ? 0 : quantile(direct, q))).toFixed(2);
    console.log(
      `| ${name} | ${perSecond.toFixed(0)} | ${cpuUs.toFixed(0)} us | ${added(0.5)} ms | ${added(0.99)} ms |`,
    );
  }
}

leaveMeasuredCore();
const provider = await startPinned(join(import.meta.dirname, 'provider-stand-in.ts'), { measured: false });
const providerOrigin = `http://127.0.0.1:${provider.firstLine}`;
const express = await startPinned(join(import.meta.dirname, 'express-proxy.ts'), {
  measured: true,
  args: [`${providerOrigin}/v1`],
});
const measured = await startMeasuredGateway(`${providerOrigin}/v1`);
try {
  const model = measured.app;
  const subjects: Subject[] = [
    { name: 'direct (p50 and p99 themselves)', origin: providerOrigin, model, process: provider },
    { name: 'Express 5 + fetch', origin: `http://127.0.0.1:${express.firstLine}`, model, process: express },
    { name: 'gateway', origin: measured.origin, model, process: measured.gateway },
  ];
  await report(subjects, false);
  await report(subjects, true);
} finally {
  await Promise.all([measured.stop(), express.stop(), provider.stop()]);
}
