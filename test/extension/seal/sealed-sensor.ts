import type { Call } from '../../../baseline/call.ts';
import type { Finding } from '../../../baseline/finding.ts';
import type { BaselineDocument } from '../../../baseline/model/document.ts';
import { readConfig } from '../../../extension/config.ts';
import { createLog } from '../../../extension/log.ts';
import type { CertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { createSealer, type Sealer } from '../../../extension/seal/sealer.ts';
import { type Sensor, startSensor } from '../../../extension/sensor.ts';
import type { Credentials } from '../../../extension/sigv4/signer.ts';

export const REAL = {
  accessKeyId: 'ASIAQNZGKIQY56JQ7WML',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==',
} satisfies Credentials;

/** A sensor that seals, and all that it said. */
export interface SealedSensor {
  readonly sensor: Sensor;
  readonly sealer: Sealer;
  readonly calls: Call[];
  readonly findings: Finding[];
  readonly lines: string[];
}

export async function startSealed(
  upstream: { readonly port: number; readonly authority: CertificateAuthority },
  settings: Record<string, string> = {},
  baseline: BaselineDocument | null = null,
): Promise<SealedSensor> {
  const sealer = createSealer(REAL);
  const calls: Call[] = [];
  const findings: Finding[] = [];
  const lines: string[] = [];
  const { config } = readConfig({
    ROLEFENCE_CREDENTIALS: 'sealed',
    ROLEFENCE_CONNECT_TO: `*:*=127.0.0.1:${upstream.port}`,
    ...settings,
  });
  const sensor = await startSensor({
    config: { ...config, upstreamCa: upstream.authority.certificatePem },
    identity: { function: 'resize', version: '$LATEST', invocation: 'i-1', ownAccessKeyId: REAL.accessKeyId },
    log: createLog('debug', (line) => void lines.push(line)),
    sinks: [{ name: 'test', deliver: (finding) => void findings.push(finding), flush: async () => {} }],
    caFile: null,
    sealer,
    ...(baseline === null ? {} : { baseline }),
    onCall: (call) => void calls.push(call),
  });
  return { sensor, sealer, calls, findings, lines };
}
