import dns from 'node:dns';
import { createRequire } from 'node:module';

// All names lead to loopback; Host and server name stay.
dns.lookup = (_name, options, done) => {
  const answer = typeof options === 'function' ? options : done;
  if (options?.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
  else answer(null, '127.0.0.1', 4);
};
const [folder, port, certPath, keyPath] = process.argv.slice(2);
const { getLocal } = createRequire(`${folder}/package.json`)('mockttp');
const server = getLocal({ https: { certPath, keyPath }, http2: false, recordTraffic: false });
await server.forAnyRequest().thenPassThrough();
await server.start(Number(port));
console.log(JSON.stringify({ caFile: certPath }));
