import type { BaselineDocument } from '../baseline/model/document.ts';
import { expectedHosts } from './expected-hosts.ts';
import { engineReady, identifyLoaded } from './identify/engine.ts';
import type { Inspector } from './proxy/inspector.ts';
import type { Proxy } from './proxy/proxy.ts';

/** The start comes first: by then the extension has asked for its first event. */
const AFTER_MS = 25;

/**
 * Gets everything ready that a first call needs, while the function's own runtime still starts. Where a baseline tells what the function calls, connections to there are
 * dialled. Nothing here may fail loudly: a first call that finds nothing ready is only slower.
 */
export function rehearseLater(
  proxy: Proxy,
  expected: () => { readonly baseline: BaselineDocument | null; readonly function: string | null },
  understudy: () => Promise<Inspector>,
  region: string | null,
): void {
  const timer = setTimeout(async () => {
    try {
      const { baseline, function: name } = expected();
      const hosts = expectedHosts(baseline, name, region);
      await proxy.warm(hosts, baseline !== null, async () => {
        await engineReady();
        for (const host of hosts) {
          if (proxy.occupied()) break;
          nameOnce(host);
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
        return understudy();
      });
    } catch {
      // As above.
    }
  }, AFTER_MS);
  timer.unref();
}

/** Loads the service's part of the catalog. */
function nameOnce(host: string): void {
  const labels = host.split('.');
  const service = labels.at(-4) ?? '';
  const scope = `AKIAIOSFODNN7EXAMPLE/20260101/${labels.at(-3)}/${service}/aws4_request`;
  const found = identifyLoaded(
    {
      method: 'POST',
      target: '/',
      headers: [
        ['host', host],
        ['content-type', 'application/x-amz-json-1.0'],
        ['x-amz-target', service === 'dynamodb' ? 'DynamoDB_20120810.GetItem' : 'Rehearsal'],
        ['authorization', `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`],
      ],
      scheme: 'https',
      authority: null,
      sni: host,
      connect: null,
    },
    { account: null },
  );
  if (found.kind === 'body') found.name(Buffer.from('{"TableName":"rehearsal","Key":{"id":{"S":"1"}}}'), false);
}
