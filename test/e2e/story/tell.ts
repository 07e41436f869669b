import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../../baseline/finding.ts';
import { furnish, PHOTO, PHOTOS } from '../aws/account.ts';
import { type Arrival, type Moto, startMoto } from '../aws/moto.ts';
import { rolefence } from '../program.ts';
import { type Answer, newTrace } from '../rie/emulator.ts';
import { type ExecutionEnvironment, type FunctionSettings, startEnvironment } from '../rie/environment.ts';
import { leaksIn } from '../secrets/search.ts';
import { ATTACKS, type Attack } from './attacks.ts';

/** A function to tell the story of: runtime, package and the layer that is attached. */
export type Subject = Pick<FunctionSettings, 'emulator' | 'runtime' | 'task' | 'handler' | 'timeoutS'> & {
  readonly layer: string;
};

export interface AttackResult {
  readonly attack: Attack;
  readonly answer: Answer['body'];
  /** Its request id. */
  readonly invocation: string;
  /** Requests of the attack that reached moto. */
  readonly arrived: number;
  readonly findings: readonly Finding[];
}

export interface Chapter {
  /** Answers to normal work that were not what they should be. */
  readonly wrong: readonly unknown[];
  /** Findings while nothing but normal work was done. */
  readonly findings: readonly Finding[];
  readonly attacks: readonly AttackResult[];
  readonly log: string;
}

export interface Story {
  /** While learning: requests that reached moto, per invocation. */
  readonly learned: { readonly wrong: readonly unknown[]; readonly arrived: readonly Arrival[]; readonly log: string };
  /** What `rolefence learn` made of the log. */
  readonly baseline: string;
  readonly alert: Chapter;
  readonly block: Chapter;
  /** Secrets found where none may be: in logs, the baseline and what was left in /tmp. */
  readonly leaks: readonly string[];
}

const ENVIRONMENTS = 2;
const INVOCATIONS = 30;

/** One function's life under the sensor, for real: it learns, its baseline is made of its log, then an intruder comes in alert and in block mode. */
export async function tellStory(subject: Subject, python: string): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-story-'));
  const moto = await startMoto(python);
  try {
    const account = await furnish(moto);
    const leaks: string[] = [];
    const start = (variables: Record<string, string>, files: Record<string, string> = {}) =>
      startEnvironment({
        ...subject,
        variables: { ...account.variables, ...attached(moto), ...variables },
        files: { ...files, 'moto-ca.pem': moto.caPem },
      });
    const end = async (environment: ExecutionEnvironment) => {
      leaks.push(...leaksIn('/tmp', environment.tmp));
      const log = await environment.shutdown();
      leaks.push(...leaksIn('log', log));
      return log;
    };

    const wrong: unknown[] = [];
    const logs: string[] = [];
    const arrived = await moto.during(async () => {
      for (let i = 0; i < ENVIRONMENTS; i++) {
        const environment = await start({});
        wrong.push(...(await work(environment, INVOCATIONS, i * INVOCATIONS)));
        logs.push(await end(environment));
      }
    });
    const logFile = join(folder, 'function.log');
    writeFileSync(logFile, logs.join(''));
    const baselineFile = join(folder, 'rolefence.json');
    await rolefence(['learn', '--out', baselineFile, logFile]);
    const baseline = readFileSync(baselineFile, 'utf8');
    leaks.push(...leaksIn('baseline', baseline));

    const chapter = async (mode: 'alert' | 'block'): Promise<Chapter> => {
      const variables = {
        ROLEFENCE_MODE: mode,
        ROLEFENCE_BASELINE: 'file:/var/task/rolefence.json',
        // What it says at its most talkative is searched for secrets too.
        ROLEFENCE_LOG_LEVEL: 'debug',
      };
      const environment = await start(variables, { 'rolefence.json': baseline });
      const told = await intrude(environment, moto);
      return { ...told, log: await end(environment) };
    };
    const alert = await chapter('alert');
    const block = await chapter('block');
    return { learned: { wrong, arrived, log: logs.join('') }, baseline, alert, block, leaks };
  } finally {
    await moto.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The one variable that a user sets is on the emulator's command line; these are for moto. */
export const attached = (moto: Moto): Record<string, string> => ({
  ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${moto.port}`,
  ROLEFENCE_UPSTREAM_CA: '/var/task/moto-ca.pem',
});

/** Normal work before, between and after the attacks. */
async function intrude(environment: ExecutionEnvironment, moto: Moto): Promise<Omit<Chapter, 'log'>> {
  const wrong: unknown[] = [];
  const findings: Finding[] = [];
  const attacks: AttackResult[] = [];
  const normally = async (count: number, from: number) => {
    const before = findingsIn(environment.log()).length;
    wrong.push(...(await work(environment, count, from)));
    findings.push(...(await settledFindings(environment)).slice(before));
  };
  await normally(6, 0);
  for (const [i, attack] of ATTACKS.entries()) {
    const before = findingsIn(environment.log()).length;
    let answer: Answer['body'] = null;
    const arrivals = await moto.during(async () => {
      answer = (await invoke(environment, attack.event)).body;
    });
    const told = (await settledFindings(environment)).slice(before);
    attacks.push({
      attack,
      answer,
      invocation: latest(environment.log()),
      arrived: arrivals.filter(attack.arrives).length,
      findings: told,
    });
    await normally(1, i + 7);
  }
  await normally(6, 20);
  return { wrong, findings, attacks };
}

/** Invocations of the function's own kind, the last of them with a body of some megabytes. Resolves with the answers that are wrong. */
export async function work(environment: ExecutionEnvironment, count: number, from: number): Promise<unknown[]> {
  const wrong: unknown[] = [];
  const read = createHash('sha256').update(PHOTO).digest('hex');
  for (let i = from; i < from + count; i++) {
    const size = i % 30 === 29 ? 5_000_000 : 1_000 + i * 37;
    const { status, body } = await invoke(environment, { do: 'work', key: PHOTOS[(i * 7) % PHOTOS.length], size });
    if (status !== 200 || body?.read !== read || body?.written !== size) wrong.push(body);
  }
  return wrong;
}

/** With its trace, which SDKs put on their calls: the handlers here hand it to them as Lambda's own runtime does. */
function invoke(environment: ExecutionEnvironment, event: object): Promise<Answer> {
  const trace = newTrace();
  return environment.invoke({ ...event, trace }, trace);
}

/** The request id of the latest invocation, as the emulator tells it. */
const latest = (log: string): string => [...log.matchAll(/^START RequestId: (\S+)/gm)].at(-1)?.[1] ?? '';

/** Findings stand in the function's log as lines in CloudWatch's embedded metric format. */
export function findingsIn(log: string): Finding[] {
  return log.split('\n').flatMap((line) => {
    if (!line.startsWith('{"_aws"')) return [];
    const { finding } = JSON.parse(line).rolefence as { finding?: Finding };
    return finding ?? [];
  });
}

/** The sensor's lines come through a pipe, a moment after the answer. */
async function settledFindings(environment: ExecutionEnvironment): Promise<Finding[]> {
  let length = -1;
  while (length !== environment.log().length) {
    length = environment.log().length;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return findingsIn(environment.log());
}
