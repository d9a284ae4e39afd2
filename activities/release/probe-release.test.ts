import { remedyForDead } from '../../evals/targets/probe-targets.ts';
import { gateOfProbes } from './probe-release.ts';

const summaryOf = (dead: string[]) => gateOfProbes({ dead, unknown: [] })?.summary ?? '';

describe('the gate of a release with dead targets', () => {
  it('tells of each environment, in sentences that end once, and what to do', () => {
    const dead = ['staging', 'production'].map(
      (environment) => `${environment}: The revision app-v2 names the provider "openay", which is not bound.`,
    );
    expect(summaryOf(dead)).toBe(
      'staging: The revision app-v2 names the provider "openay", which is not bound; ' +
        `production: The revision app-v2 names the provider "openay", which is not bound. ${remedyForDead}`,
    );
  });

  it.each([1, 2, 3, 20])('keeps what to do where %i targets have much to say, in 300 bytes', (count) => {
    const summary = summaryOf(Array.from({ length: count }, (_, i) => `target ${i + 1}: ${'ä'.repeat(90)}.`));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(300);
    expect(summary).toContain('target 1: ');
    expect(summary.endsWith(`. ${remedyForDead}`)).toBe(true);
    expect(summary.includes(`more)`)).toBe(count > 2);
  });

  it('is none where no target is dead', () => {
    expect(gateOfProbes({ dead: [], unknown: ['staging: nobody answers'] })).toBeUndefined();
  });
});
