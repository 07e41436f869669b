import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeCertificates } from '../../../examples/demo/aws/certificates.ts';

/** One request as moto saw it. */
export interface Arrival {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** Of X-Amz-Target or of a form; null for the REST protocols. */
  readonly action: string | null;
  readonly accessKeyId: string | null;
  /** The signing name in the credential scope. */
  readonly service: string | null;
  /** How its body is signed: "hash", or the word in the place of a hash; null where no field says it. */
  readonly payload: string | null;
  /** Why AWS would refuse its signature; null where it would not, or where no keys are known. */
  readonly wrong: string | null;
}

/** AWS, as far as moto is it, over TLS under the names of real endpoints. */
export interface Moto {
  readonly port: number;
  /** PEM; the file that ROLEFENCE_UPSTREAM_CA names. */
  readonly caFile: string;
  readonly caPem: string;
  /** Everything that has arrived, in order. */
  readonly arrived: readonly Arrival[];
  /** Runs `work`; resolves with what arrived meanwhile. */
  during(work: () => Promise<unknown>): Promise<readonly Arrival[]>;
  /** From now on AWS knows these keys only, and refuses what does not verify with them; null: it takes any. */
  knowOnly(keys: readonly KnownKey[] | null): void;
  close(): Promise<void>;
}

export interface KnownKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

/** A wildcard stands for one label: buckets in front, regions behind. */
const NAMES = [
  'localhost',
  '*.amazonaws.com',
  '*.us-east-1.amazonaws.com',
  '*.s3.us-east-1.amazonaws.com',
  '*.s3.amazonaws.com',
  '*.eu-west-1.amazonaws.com',
  '*.s3.eu-west-1.amazonaws.com',
  'collector.example',
];
const START_MS = 30_000;

export async function startMoto(pythonFolder: string): Promise<Moto> {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-moto-'));
  const { caPem, certificate, key } = await makeCertificates(NAMES);
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, caPem);
  const keysFile = join(folder, 'keys.json');
  writeFileSync(join(folder, 'certificate.pem'), certificate);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  const child = spawn(
    join(pythonFolder, 'bin/python'),
    ['-u', join(import.meta.dirname, 'moto_server.py'), join(folder, 'certificate.pem'), join(folder, 'key.pem')],
    {
      env: {
        PATH: '/usr/bin:/bin',
        HOME: folder,
        MOTO_ACCOUNT_ID: '111122223333',
        PYTHONDONTWRITEBYTECODE: '1',
        KEYS_FILE: keysFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const arrived: Arrival[] = [];
  try {
    const port = await firstLine(child, (line) => arrived.push(JSON.parse(line) as Arrival));
    return {
      port,
      caFile,
      caPem,
      arrived,
      async during(work) {
        const before = arrived.length;
        await work();
        await settled(port, caPem, arrived);
        return arrived.slice(before);
      },
      knowOnly(keys) {
        if (keys === null) return rmSync(keysFile, { force: true });
        const known = keys.map((key) => [key.accessKeyId, [key.secretAccessKey, key.sessionToken]]);
        writeFileSync(`${keysFile}.new`, JSON.stringify(Object.fromEntries(known)));
        renameSync(`${keysFile}.new`, keysFile);
      },
      async close() {
        child.kill('SIGKILL');
        await new Promise((resolve) => child.once('close', resolve));
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The first line has the port, all others are arrivals. */
function firstLine(child: ChildProcess, arrival: (line: string) => void): Promise<number> {
  let errors = '';
  child.stderr!.on('data', (part) => {
    errors = `${errors}${part}`.slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`moto did not start: ${errors}`)), START_MS);
    child.once('close', (code) => reject(new Error(`moto ended (${code}): ${errors}`)));
    let started = false;
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (started) return arrival(line);
      started = true;
      clearTimeout(timer);
      resolve(JSON.parse(line).port as number);
    });
  });
}

/** A request of our own arrives last: whatever was sent before it has been told by then. */
async function settled(port: number, ca: string, arrived: Arrival[]): Promise<void> {
  const { request } = await import('node:https');
  const path = `/settled-${process.hrtime.bigint()}`;
  await new Promise<void>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, ca, servername: 'localhost', agent: false }, (response) => {
      response.resume();
      response.on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
  const at = () => arrived.findIndex((one) => one.path === path);
  while (at() === -1) await new Promise((resolve) => setTimeout(resolve, 5));
  arrived.splice(at(), 1);
}
