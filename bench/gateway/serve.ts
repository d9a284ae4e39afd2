// A gateway to be measured from outside: prints, as a line of JSON, what `beside-the-limit.sh` has to know of it, and serves
// until it is told to stop.
//   node bench/gateway/serve.ts PROVIDER_URL
import { startMeasuredGateway } from './measured-gateway.ts';

const [providerUrl] = process.argv.slice(2);
if (providerUrl === undefined) throw new Error('Say where the provider is: http://127.0.0.1:9101/v1');
const { origin, app, key, gateway, stop } = await startMeasuredGateway(providerUrl);
console.log(JSON.stringify({ url: `${origin}/v1`, pid: gateway.pid, model: app, key }));
process.once('SIGTERM', () => {
  void stop().then(() => process.exit(0));
});
