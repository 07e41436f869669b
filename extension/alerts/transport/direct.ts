import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity, connect, createSecureContext, rootCertificates } from 'node:tls';
import { SendError } from '../courier.ts';

/** How the sensor's own requests go out: never through the proxy, whatever the environment says. */
export interface Direct {
  /** For SDK clients too. It is not the global one, so that no proxy setting of Node holds for it. */
  readonly agent: Agent;
}

export interface DirectOptions {
  /** Where to dial for a host and port (private endpoints); its name stays the one asked for. */
  readonly route?: (host: string, port: number) => { readonly host: string; readonly port: number };
  /** PEM, trusted besides the public roots. */
  readonly ca?: string | null;
}

export function createDirect({ route, ca }: DirectOptions = {}): Direct {
  // No connection is kept: after a thaw it would be dead, and findings are rare.
  const agent = new Agent({ keepAlive: false, maxSockets: 4 });
  // Made once: reading the roots takes longer than a handshake.
  const secureContext = createSecureContext(ca == null ? {} : { ca: [...rootCertificates, ca] });
  agent.createConnection = (options) => {
    const asked = options as { host: string; port: number; servername?: string };
    const to = route?.(asked.host, Number(asked.port)) ?? { host: asked.host, port: Number(asked.port) };
    const name = asked.servername || asked.host;
    return connect({
      ...asked,
      ...to,
      // RFC 6066 §3: no address may stand in a server name; it is still what the certificate must bear.
      servername: isIP(name) === 0 ? name : '',
      checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
      secureContext,
    });
  };
  return { agent };
}

export interface Answer {
  readonly status: number;
  /** The beginning of its body, as text: enough to see what was taken. */
  readonly text: string;
}

const KEEP_OF_ANSWER = 65_536;

/** One POST. Rejects with a SendError that names a code or a status, nothing of the answer. */
export function post(
  direct: Direct,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      const code = (error as NodeJS.ErrnoException).code;
      reject(new SendError(code !== undefined && /^[\w-]+$/.test(code) ? code : error.name, { cause: error }));
    };
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent: direct.agent,
        signal,
        headers: { ...headers, 'content-length': `${Buffer.byteLength(body)}` },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part: string) => {
          if (text.length < KEEP_OF_ANSWER) text += part;
        });
        incoming.on('error', failed);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
      },
    );
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}
