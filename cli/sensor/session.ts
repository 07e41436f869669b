import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Call } from '../../baseline/call.ts';
import { saveBaselineFile } from '../../baseline/store/file.ts';
import type { Sink } from '../../extension/alerts/sink.ts';
import { writeCaFile } from '../../extension/ca-file.ts';
import { createLog, type Log } from '../../extension/log.ts';
import type { Sealer } from '../../extension/seal/sealer.ts';
import { type Sensor, startSensor } from '../../extension/sensor.ts';
import { problemText } from '../../extension/setting-problem.ts';
import { hasJava, trustFiles, writeTrustFiles } from '../../extension/trust-files.ts';
import { clientEnvironment } from '../../layer/environment.ts';
import { preloadFile, pythonFolder } from '../../layer/preload-file.ts';
import { fileProblem, sentenceOf, UsageError } from '../errors.ts';
import { findingWriter } from '../finding-format.ts';
import { say } from '../output.ts';
import { OutputFile } from '../output-file.ts';
import { counted } from '../progress.ts';
import { endpointsElsewhere } from './elsewhere.ts';
import type { Settings } from './settings.ts';
import { sharedStore } from './shared-store.ts';
import { createToldSink } from './told-sink.ts';

/** A sensor on this machine with the files that its clients need, until it is closed. */
export interface Session {
  readonly sensor: Sensor;
  /** Where the CA certificate stands. */
  readonly caFile: string | null;
  /** What clients need over the environment that they have. */
  readonly variables: Readonly<Record<string, string>>;
  /** Writes what has been learned so far. */
  save(): Promise<void>;
  /** Ends what is open, completes all files, removes its own folder. False where a file that was asked for is not complete (said already). */
  close(): Promise<boolean>;
  /** The same where nothing was done: what was to be learned into is left as it is. */
  abandon(): Promise<void>;
}

/** `invocation`: null in `proxy`, where nobody says when one begins. */
export async function openSession(
  settings: Settings,
  invocation: string | null,
  env: NodeJS.ProcessEnv,
): Promise<Session> {
  const { config } = settings;
  const log = createLog(config.logLevel, say);
  survive();
  for (const problem of settings.problems) log.warn(problemText(problem));
  for (const sentence of endpointsElsewhere(env)) log.warn(sentence);
  if (settings.fixed.port) await checkPort(config.port);

  const formatted = settings.findings === null ? null : await findingWriter(settings.format);
  const findings = settings.findings === null ? null : new OutputFile('--findings', settings.findings);
  const calls = settings.calls === null ? null : new OutputFile('--calls', settings.calls);
  const sinks: Sink[] = [createToldSink(say)];
  if (findings !== null && formatted !== null) {
    const deliver: Sink['deliver'] = (finding, call) => findings.write(formatted(finding, call ?? undefined));
    sinks.push({ name: 'file', deliver, flush: async () => {} });
  }
  sinks.push(...(await namedSinks(settings, env, log)));

  const sealer = config.credentials === 'sealed' ? await sealerOf(env) : null;
  const shared = await sharedStore(settings, env);
  const folder = ownFolder();
  const seen = { calls: 0, connections: 0 };
  const onCall = (call: Call) => {
    seen[call.service === null ? 'connections' : 'calls']++;
    calls?.write(JSON.stringify(call));
  };
  try {
    const [sensor, preload] = await Promise.all([
      startSensor({
        config: { ...config, caFile: config.caFile === null ? null : resolve(config.caFile) },
        identity: {
          function: settings.function,
          version: '$LATEST',
          ownAccessKeyId: settings.ownAccessKeyId,
          invocation,
        },
        log,
        sinks,
        sealer,
        ...(settings.baseline === undefined ? {} : { baseline: settings.baseline }),
        baselineStore: shared?.source ?? null,
        caFile: join(folder, 'ca.pem'),
        socketPath: join(folder, 'local', 'socket'),
        learn: settings.learnTo !== null,
        onCall,
      }),
      preloadFile(),
    ]);
    if (sensor.unread !== null && settings.fixed.caFile) {
      await sensor.close();
      throw new UsageError(`--ca-file: ${config.caFile} cannot be written`);
    }
    if (preload === null) log.warn('the Node.js preload is missing: Node.js programs are not seen');
    const variables = prepareClients(sensor, preload, folder, env, (note) => log.warn(note));
    // In Lambda each invocation does it.
    const flushing = setInterval(() => sensor.flush(FLUSH_MS).catch(() => {}), FLUSH_MS).unref();
    const end = async (learned: boolean): Promise<boolean> => {
      clearInterval(flushing);
      await sensor.close();
      // What is ended by closing is told in the next turns of the loop.
      for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
      // Else a program that went past the sensor reads as one that did nothing unusual.
      if (learned && seen.calls === 0) say(`rolefence: ${noneSeen(seen.connections)}`);
      let whole = true;
      const complain = (problem: string) => {
        whole = false;
        say(`rolefence: ${problem}`);
      };
      for (const file of [calls, findings]) {
        file?.close();
        if (file != null && file.problem !== null) complain(file.problem);
      }
      if (learned) await save(sensor, settings.learnTo).catch((error: unknown) => complain(sentenceOf(error)));
      if (learned) await shared?.handIn(sensor).catch((error: unknown) => complain(sentenceOf(error)));
      rmSync(folder, { recursive: true, force: true });
      return whole;
    };
    return {
      sensor,
      caFile: sensor.caFile,
      variables: { ...variables, ...placeholders(sealer, env.PYTHONPATH), ROLEFENCE_ON_FAILURE: config.onFailure },
      save: () => save(sensor, settings.learnTo),
      close: () => end(true),
      abandon: async () => void (await end(false)),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Those of ROLEFENCE_SINKS. The log is standard error here, and only where it is asked for by name: its lines are for CloudWatch. */
async function namedSinks({ config, function: name }: Settings, env: NodeJS.ProcessEnv, log: Log): Promise<Sink[]> {
  if (!env.ROLEFENCE_SINKS) return [];
  const [{ createSinks }, { outgoing }] = await Promise.all([
    import('../../extension/alerts/sinks.ts'),
    import('../../extension/outgoing.ts'),
  ]);
  return createSinks(config.alerts, {
    write: config.alerts.sinks.includes('log') ? say : () => {},
    report: (problem) => log.error(problem),
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? null,
    functionName: name,
    account: () => null,
    env,
    direct: outgoing(config),
  });
}

async function sealerOf(env: NodeJS.ProcessEnv): Promise<Sealer> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new UsageError(
      'ROLEFENCE_CREDENTIALS is sealed, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY hold nothing to seal',
    );
  }
  const { createSealer } = await import('../../extension/seal/sealer.ts');
  return createSealer({ accessKeyId, secretAccessKey, sessionToken: sessionToken || null });
}

/** What the command gets in place of the credentials. */
function placeholders(sealer: Sealer | null, own: string | undefined): Readonly<Record<string, string>> {
  if (sealer === null) return {};
  const { accessKeyId, secretAccessKey, sessionToken } = sealer.placeholder;
  const python = pythonFolder();
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken ?? '',
    ...(python === null ? {} : { PYTHONPATH: own ? `${python}:${own}` : python }),
  };
}

const noneSeen = (connections: number): string =>
  `0 AWS calls were seen${connections === 0 ? '' : `, but ${counted(connections, 'connection')} to other hosts`}`;

const FLUSH_MS = 1_000;

async function save(sensor: Sensor, path: string | null): Promise<void> {
  if (path === null || sensor.learner === null) return;
  const document = sensor.learner.document();
  if (Object.keys(document.functions).length === 0) {
    say(`rolefence: nothing was learned: ${path} ${existsSync(path) ? 'stays as it is' : 'is not written'}`);
    return;
  }
  await saveBaselineFile(path, document);
}

/** The files that clients read, and the variables that lead to them. */
function prepareClients(
  sensor: Sensor,
  preload: string | null,
  folder: string,
  env: NodeJS.ProcessEnv,
  note: (text: string) => void,
): Readonly<Record<string, string>> {
  const trust = trustFiles(folder);
  const java = hasJava(env);
  if (sensor.certificatePem !== null) writeTrustFiles(trust, sensor.certificatePem, java);
  const opens = sensor.certificatePem !== null;
  const client = clientEnvironment(
    {
      port: sensor.port,
      socketPath: sensor.socketPath,
      caFile: sensor.caFile,
      bundleFile: opens ? trust.bundle : null,
      javaTrustStore: opens && java ? trust.javaTrustStore : null,
      phpFolder: opens ? trust.phpFolder : null,
      preload,
      directory: folder,
    },
    withoutOuterSensor(env),
  );
  for (const text of client.notes) note(text);
  const variables = { ...client.variables };
  for (const { path, parts } of client.combined) {
    try {
      writeCaFile(path, parts.map((part) => `${readFileSync(part, 'latin1').trimEnd()}\n`).join(''));
    } catch (error) {
      const name = Object.keys(variables).find((key) => variables[key] === path) ?? '';
      note(`${name} names a file that cannot be read (${fileProblem(error)}): it is left out`);
      if (sensor.caFile !== null) variables[name] = name === 'NODE_EXTRA_CA_CERTS' ? sensor.caFile : trust.bundle;
    }
  }
  return variables;
}

/** Under another `rolefence run` its proxy is no proxy of the user's: programs are to come to us, and we go to it. */
function withoutOuterSensor(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const outer = env.ROLEFENCE_SENSOR_PORT === undefined ? null : `http://127.0.0.1:${env.ROLEFENCE_SENSOR_PORT}`;
  if (outer === null) return env;
  const options = env.JAVA_TOOL_OPTIONS?.replace(
    /-D(?:https?\.(?:proxyHost|proxyPort|nonProxyHosts)|javax\.net\.ssl\.trustStore(?:Type)?)=\S+ ?/g,
    '',
  );
  const ours = (name: string) => /^https?_proxy$/i.test(name) && env[name] === outer;
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !ours(name)));
  return options === undefined ? kept : { ...kept, JAVA_TOOL_OPTIONS: options.trim() };
}

function ownFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'rolefence-'));
  } catch (cause) {
    throw new UsageError(`a folder for the CA certificate cannot be made in ${tmpdir()} (${fileProblem(cause)})`, {
      cause,
    });
  }
}

/** In Lambda the sensor takes another port; whoever asked for one here has told others of it. */
async function checkPort(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((done, failed) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'it is in use' : fileProblem(cause);
      failed(new UsageError(`--port: ${port} cannot be listened on (${why})`, { cause }));
    });
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => done()));
  });
}

/** A fault of one connection must not take the others with it, nor the command that runs under the sensor. */
function survive(): void {
  let faults = 0;
  process.stderr.on('error', () => {});
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(kind, (error: unknown) => {
      if (faults++ === 0)
        say(`rolefence: a fault of the sensor (${error instanceof Error ? error.name : typeof error})`);
    });
  }
}
