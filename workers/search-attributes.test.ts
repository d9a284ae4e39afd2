import { Connection } from '@temporalio/client';
import { freePort } from '../cli/up/servers/free-port.ts';
import { testTemporal, type TestTemporal } from '../tests/support/temporal.ts';
import { searchAttributes } from '../workflows/messages.ts';
import { registerSearchAttributes } from './search-attributes.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await testTemporal();
});
afterAll(() => temporal.close());

/** A connection whose operator service answers what a test says. */
function answering(operatorService: Partial<Connection['operatorService']>): Connection {
  return { operatorService } as unknown as Connection;
}

const denied = Object.assign(new Error('denied'), { code: 7, details: 'permission denied', metadata: {} });

describe('the search attributes', () => {
  it('are registered, and found the next time', async () => {
    const register = () => registerSearchAttributes(temporal.environment.connection, temporal.namespace);
    expect(await register()).toEqual({ kind: 'available' });
    expect(await register()).toEqual({ kind: 'available' });
    const { customAttributes } = await temporal.environment.connection.operatorService.listSearchAttributes({
      namespace: temporal.namespace,
    });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.values(searchAttributes)));
  });

  it('are done without where they may not be registered, saying why', async () => {
    const connection = answering({
      listSearchAttributes: () => Promise.resolve({ customAttributes: {} }),
      addSearchAttributes: () => Promise.reject(denied),
    } as never);
    expect(await registerSearchAttributes(connection, 'default')).toEqual({
      kind: 'unavailable',
      why: 'they cannot be registered: permission denied',
    });
  });

  it('are done without where one exists with another type', async () => {
    const connection = answering({
      listSearchAttributes: () => Promise.resolve({ customAttributes: { [searchAttributes.weight]: 1 } }),
    } as never);
    expect(await registerSearchAttributes(connection, 'default')).toMatchObject({
      kind: 'unavailable',
      why: expect.stringContaining('SluiceWeight') as string,
    });
  });

  it('are not known while Temporal is away: that is no answer', async () => {
    const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}` });
    const asked = connection.withDeadline(Date.now() + 500, () =>
      registerSearchAttributes(connection, 'default'),
    );
    await expect(asked).rejects.toMatchObject({ code: 'unreachable' });
    await connection.close();
  });
});
