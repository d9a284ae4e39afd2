import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A program that prints what it survives, and then does `last`. */
async function run(faults: string, kinds: string): Promise<{ code: number; output: string[] }> {
  const program = `
    import { surviveFaults } from ${JSON.stringify(join(import.meta.dirname, 'survive-faults.ts'))};
    surviveFaults(process, ${kinds}, ({ kind, error }) => {
      console.log(kind, error.message);
      if (error.message === 'untellable') throw new Error('telling failed');
    });
    setTimeout(() => console.log('goes on'), 20);
    ${faults}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output: output.trim().split('\n').sort() };
}

it('tells of what nobody caught, and ends by none of it (31)', async () => {
  const faults = `
    void Promise.reject(new Error('rejected'));
    setImmediate(() => { throw new Error('thrown'); });
    setImmediate(() => { throw new Error('untellable'); });`;
  expect(await run(faults, `['rejection', 'exception']`)).toEqual({
    code: 0,
    output: ['exception thrown', 'exception untellable', 'goes on', 'rejection rejected'],
  });
});

it('leaves the kinds that it was not asked for to Node', async () => {
  expect(await run(`setImmediate(() => { throw new Error('thrown'); });`, `['rejection']`)).toEqual({
    code: 1,
    output: [''],
  });
});
