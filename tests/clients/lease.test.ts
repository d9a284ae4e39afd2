import { describeLease } from '../../gateway/test-fixtures/lease-cases.ts';
import { useGateways } from '../../gateway/test-fixtures/use-gateways.ts';
import { clientKind } from './test-fixtures/client-kind.ts';
import { clientLanguages, useDrivenClients } from './test-fixtures/driven-client.ts';

const gateways = useGateways();
const drive = useDrivenClients();

describe.each(clientLanguages())('the client for $language', (language) => {
  describeLease(gateways, () => Promise.resolve(clientKind(gateways, () => drive(language))));
});
