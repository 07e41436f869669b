import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';

/**
 * Only for the comparison without the sensor: TLS connections to port 443 of any host end at the local endpoints (DEMO_AWS_PORT), server name and all else
 * as the caller wants them. With the sensor ROLEFENCE_CONNECT_TO does the same, behind the sensor.
 */
const port = Number(process.env.DEMO_AWS_PORT);
const connect = tls.connect;
tls.connect = (options, ...rest) => {
  if (typeof options !== 'object' || Number(options.port) !== 443) return connect(options, ...rest);
  return connect({ ...options, host: '127.0.0.1', port, servername: options.servername || options.host }, ...rest);
};
syncBuiltinESMExports();
