/**
 * What an invocation lasts beyond the function's answer, as Lambda bills it: from the answer to the question for the next event. `node bench/alerts/after-response.ts [INVOCATIONS]`, as root. The built
 * layer's extension under the tests' Extensions and Telemetry API, which tells of the answer at once; Lambda itself may take 25 ms for that.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { buildLayer, S3, startEnvironment } from '../../test/extension/lifecycle/environment.ts';
import { runtimeDone, started } from '../../test/extension/lifecycle/fake-lambda.ts';
import { ascending, quantile } from '../proxy/statistics.ts';

const INVOCATIONS = Number(process.argv[2] ?? 200);

buildLayer();
for (const telemetry of [true, false]) {
  const environment = await startEnvironment({
    telemetry,
    env: telemetry ? { ROLEFENCE_TELEMETRY: 'platform' } : {},
  });
  const { lambda, folder } = environment;
  await lambda.came('event/next');
  const state = join(folder, 'tmp/rolefence');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () =>
    connect({
      host: '127.0.0.1',
      port: Number(readFileSync(`${state}/port`, 'utf8')),
      ca: readFileSync(`${state}/ca.pem`, 'utf8'),
      servername: S3,
    });
  const after: number[] = [];
  for (let n = 1; n <= INVOCATIONS; n++) {
    lambda.invoke(`req-${n}`);
    if (telemetry) await lambda.tell(started(`req-${n}`));
    const [answer] = await once(get({ agent, host: S3, path: '/pictures/a.jpg' }), 'response');
    await once(answer.resume(), 'end');
    const began = performance.now();
    if (telemetry) await Promise.all([lambda.tell(runtimeDone(`req-${n}`)), lambda.came('event/next', n + 1)]);
    else await lambda.came('event/next', n + 1);
    after.push(performance.now() - began);
  }
  agent.destroy();
  lambda.shutdown();
  await environment.extension.ended;
  await environment.close();
  const sorted = ascending(after);
  const of = (q: number) => quantile(sorted, q).toFixed(1);
  console.log(
    `telemetry ${telemetry ? 'platform' : 'off'}: median ${of(0.5)} ms, 95 % within ${of(0.95)} ms, most ${of(1)} ms`,
  );
}
