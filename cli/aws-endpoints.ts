import type { StoreRequest } from '../baseline/store/key-value.ts';
import { createDirect } from '../extension/alerts/transport/direct.ts';
import { readConfig } from '../extension/config.ts';
import { outgoing } from '../extension/outgoing.ts';
import { UsageError } from './errors.ts';

/**
 * How the tool's own requests reach AWS, whichever command makes them: the SDKs' variables (AWS_ENDPOINT_URL, and AWS_ENDPOINT_URL_S3 and its like) say which endpoint is meant, the sensor's
 * (ROLEFENCE_CONNECT_TO, ROLEFENCE_UPSTREAM_CA) where it is dialled and what is trusted. SDK clients know the first by themselves, and stores here.
 */
export function endpointOf(service: StoreRequest['service']): URL | null {
  const { env } = process;
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return null;
  const own = `AWS_ENDPOINT_URL_${service.toUpperCase()}`;
  const name = env[own] ? own : 'AWS_ENDPOINT_URL';
  const value = env[name];
  if (!value) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new UsageError(`${name} was expected to be a URL, https://HOST or http://HOST`);
}

/** For the constructor of an SDK client. */
export function clientOptions() {
  const { config } = readConfig(process.env);
  if (config.connectTo.length === 0 && config.upstreamCa === null) return {};
  return { requestHandler: { httpsAgent: createDirect(outgoing(config)).agent } };
}
