import { waitFor } from './wait-for.ts';

it('returns the first answer that is one', async () => {
  const answers = [undefined, null, false, 0];
  expect(await waitFor(() => answers.shift(), { what: 'a number', intervalMs: 1 })).toBe(0);
});

it('names what it waited for, and the last error', async () => {
  const failing = waitFor(() => Promise.reject(new Error('refused')), {
    what: 'the port',
    timeoutMs: 20,
    intervalMs: 1,
  });
  await expect(failing).rejects.toMatchObject({
    message: 'Waited 20 ms for the port.',
    cause: { message: 'refused' },
  });
});
