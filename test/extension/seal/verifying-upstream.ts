import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { SignatureV4 } from '@smithy/signature-v4';
import type { CertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { Sha256 } from '../sdk-hash.ts';

/** AWS as far as signatures go: every request must bear one that the SDK's own signer (not ours) makes of it with the real keys. */
export interface VerifyingUpstream {
  readonly port: number;
  readonly seen: {
    readonly host: string;
    readonly keyId: string | null;
    readonly target: string;
    readonly body: string;
  }[];
  /** One line for each request that did not verify. */
  readonly wrong: string[];
  /** Session that the next AssumeRole answers with. */
  issue: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
  /** Answers AssumeRole in gzip. */
  gzip: boolean;
  /** Status of the answer to AssumeRole. */
  status: number;
  /** Sends the secret ahead, in a 103. */
  early: boolean;
  /** What AWS takes for the time, epoch, milliseconds; null for this machine's. */
  clockMs: number | null;
  close(): Promise<void>;
}

export interface Known {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

export async function verifyingUpstream(
  authority: CertificateAuthority,
  keys: readonly Known[],
): Promise<VerifyingUpstream> {
  const known = new Map(keys.map((key) => [key.accessKeyId, key]));
  const state: Omit<VerifyingUpstream, 'port' | 'close'> = {
    seen: [],
    wrong: [],
    issue: {
      AccessKeyId: 'ASIAQNZGKIQY5ISSUED2',
      SecretAccessKey: 'issued/secret+0123456789012345678901234',
      SessionToken: 'issued//token==',
    },
    gzip: false,
    status: 200,
    early: false,
    clockMs: null,
  };
  const leaf = authority.leafFor('localhost');
  const server: Server = createServer(
    {
      key: leaf.keyPem,
      cert: leaf.certificatePem,
      SNICallback: (name, done) => done(null, authority.contextFor(name.toLowerCase())),
    },
    (req, res) => {
      const parts: Buffer[] = [];
      req.on('data', (part: Buffer) => parts.push(part));
      req.on('end', async () => {
        const body = Buffer.concat(parts);
        const keyId = /Credential=([^/]+)/.exec(req.headers.authorization ?? '')?.[1] ?? null;
        const signedAt = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(req.headers['x-amz-date'] ?? ''));
        if (state.clockMs !== null && signedAt !== null) {
          const [, y, mo, d, h, mi, s] = signedAt.map(Number);
          if (Math.abs(Date.UTC(y!, mo! - 1, d, h, mi, s) - state.clockMs) > 900_000) {
            state.seen.push({ host: req.headers.host ?? '', keyId, target: req.url ?? '', body: '' });
            res.writeHead(400, {
              'content-type': 'application/x-amz-json-1.0',
              date: new Date(state.clockMs).toUTCString(),
            });
            res.end('{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"}');
            return;
          }
        }
        const action = /(?:^|&)Action=(\w+)/.exec(body.toString('latin1'))?.[1];
        state.seen.push({
          host: req.headers.host ?? '',
          keyId,
          target: req.url ?? '',
          body: body.toString('latin1', 0, 200),
        });
        const key = keyId === null ? undefined : known.get(keyId);
        const why =
          keyId === null
            ? null
            : key === undefined
              ? 'unknown key'
              : await verify(req.method ?? '', req.url ?? '', req.rawHeaders, body, key);
        if (why !== null) state.wrong.push(`${req.headers.host} ${req.url}: ${why}`);
        if (action?.startsWith('AssumeRole') === true) {
          known.set(state.issue.AccessKeyId, {
            accessKeyId: state.issue.AccessKeyId,
            secretAccessKey: state.issue.SecretAccessKey,
            sessionToken: state.issue.SessionToken,
          });
          const xml = Buffer.from(assumed(action, state.issue));
          if (state.early) res.writeEarlyHints({ link: '</a>; rel=preload', 'x-secret': state.issue.SecretAccessKey });
          res.statusCode = state.status;
          if (state.gzip) res.setHeader('content-encoding', 'gzip');
          res.setHeader('content-type', 'text/xml');
          res.end(state.gzip ? gzipSync(xml) : xml);
          return;
        }
        res.setHeader('content-type', 'application/x-amz-json-1.0');
        res.end('{}');
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

/** Null where it verifies. */
async function verify(
  method: string,
  url: string,
  raw: readonly string[],
  body: Buffer,
  key: Known,
): Promise<string | null> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) headers[raw[at]!.toLowerCase()] = raw[at + 1]!;
  const authorization = headers.authorization ?? '';
  const [, date = '', region = '', service = ''] =
    /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
  const names = new Set((/SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '').split(';'));
  if ((headers['x-amz-security-token'] ?? null) !== key.sessionToken) return 'another session token';
  const claimed = headers['x-amz-content-sha256'];
  if (
    claimed !== undefined &&
    /^[0-9a-f]{64}$/.test(claimed) &&
    claimed !== createHash('sha256').update(body).digest('hex')
  ) {
    return 'another body';
  }
  const time = headers['x-amz-date'] ?? '';
  if (!time.startsWith(date)) return 'another date';
  const at = new Date(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const signed = Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => names.has(name) && name !== 'x-amz-security-token' && name !== 'x-amz-date',
    ),
  );
  const [path = '/', query = ''] = url.split('?');
  const parameters: Record<string, string> = {};
  for (const pair of query.split('&').filter(Boolean)) {
    const [name = '', value = ''] = pair.split('=');
    parameters[decodeURIComponent(name)] = decodeURIComponent(value);
  }
  const signer = new SignatureV4({
    service,
    region,
    credentials: { ...key, sessionToken: key.sessionToken ?? undefined } as never,
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
    // As AWS does it: where no field names the hash, the body's own counts.
    applyChecksum: false,
  });
  const request = {
    method,
    protocol: 'https:',
    hostname: headers.host ?? '',
    path,
    query: parameters,
    headers: signed,
    body,
  };
  const made = (await signer.sign(request as never, { signingDate: at, signableHeaders: names })) as unknown as {
    headers: Record<string, string>;
  };
  const ours = /Signature=(\w+)/.exec(authorization)?.[1];
  const theirs = /Signature=(\w+)/.exec(made.headers.authorization ?? '')?.[1];
  return ours === theirs ? null : 'another signature';
}

const assumed = (action: string, { AccessKeyId, SecretAccessKey, SessionToken }: VerifyingUpstream['issue']) =>
  `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${AccessKeyId}</AccessKeyId><SecretAccessKey>${SecretAccessKey}</SecretAccessKey><SessionToken>${SessionToken}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`;
