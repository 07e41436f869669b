import dns from 'node:dns';
import { createRequire } from 'node:module';

// All names lead to loopback; Host and server name stay.
dns.lookup = (_name, options, done) => {
  const answer = typeof options === 'function' ? options : done;
  if (options?.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
  else answer(null, '127.0.0.1', 4);
};
const [folder, port, , , home] = process.argv.slice(2);
const { Proxy } = createRequire(`${folder}/package.json`)('http-mitm-proxy');
const proxy = new Proxy();
proxy.onError(() => {});
proxy.listen({ host: '127.0.0.1', port: Number(port), sslCaDir: `${home}/ca`, keepAlive: true }, () =>
  console.log(JSON.stringify({ caFile: `${home}/ca/certs/ca.pem` })),
);
