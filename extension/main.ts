import type { BaselineDocument } from '../baseline/model/document.ts';
import type { Fleet } from '../baseline/store/fleet.ts';
import { createSinks } from './alerts/sinks.ts';
import { type Config, readConfig } from './config.ts';
import type { Reporter } from './fleet/reporter.ts';
import { createLearningLog } from './learning-log.ts';
import type { Endings } from './lifecycle/endings.ts';
import { createExtensionsApi } from './lifecycle/extensions-api.ts';
import { aliasOf, functionArn, unqualifiedArn } from './lifecycle/function-arn.ts';
import { live, type Resident } from './lifecycle/phases.ts';
import { type Resumption, readResumption } from './lifecycle/resume.ts';
import { isSnapStart, nameEnvironment } from './lifecycle/snap-start.ts';
import { announcePort, type StateFiles, stateFiles, tellShell, withdraw } from './lifecycle/state.ts';
import { createLog, describe, jsonLine, type Log } from './log.ts';
import { outgoing } from './outgoing.ts';
import { atMost } from './patience.ts';
import { handedOut, seal } from './role-keys.ts';
import { type Sensor, startSensor } from './sensor.ts';
import { problemText } from './setting-problem.ts';
import type { BypassWatch } from './sight/bypass.ts';
import { expectsCanary, watchForCanary } from './sight/canary.ts';
import { storeSource } from './startup.ts';
import { rootOf } from './trace-id.ts';
import { hasJava, trustFiles, writeTrustFiles } from './trust-files.ts';

/**
 * The process in Lambda, started by /opt/extensions/rolefence. Listening, the CA file and the port file come before `register`: Lambda starts the runtime, and
 * with it the wrapper that reads them, as soon as every extension has registered.
 */
// Left to Node, this signal opens a debugger on loopback, and with it everything in this process, to whoever may send signals: the function.
process.on('SIGUSR1', () => {});

// What stands below the wait for the end of the environment has no value until then: so all of these stand here.
/** Below what SHUTDOWN leaves. */
const STORE_TIMEOUT_MS = 1_200;
/** An invocation's first calls come right after INVOKE: they go before. In a shorter invocation the look is the next one's. */
const LOOK_DELAY_MS = 20;
/** For what the last invocation left: beside the function's own work, so nobody waits for it. */
const FLUSH_MS = 3_000;
/** On Managed Instances no event tells of invocations, and nothing freezes. */
const PERIOD_MS = 10_000;

const env = process.env;
const runtimeApi = env.AWS_LAMBDA_RUNTIME_API ?? '127.0.0.1:9001';
const { config, problems } = readConfig(env);
const write = (line: string) => process.stdout.write(`${line}\n`);
const log = createLog(config.logLevel, write, jsonLine);
const files = stateFiles(env.ROLEFENCE_STATE_DIR ?? '/tmp/rolefence');
const resumption = readResumption(env.ROLEFENCE_RESUME);
const parent = process.ppid;
/** Told by `register`. */
let account: string | null = null;

// A fault that nobody caught turns into a line, not into an exit: exiting before SHUTDOWN takes the function down.
let faults = 0;
for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(kind, (error: unknown) => {
    if (faults++ === 0) log.error(`a fault of the sensor (${describe(error)}); further ones are counted only`);
  });
}
for (const problem of problems) log.warn(problemText(problem));

/** What is made before the first invocation may be the start of many environments. */
const snapshot = isSnapStart(env);
const named = nameEnvironment(snapshot, { wall: Date.now, steady: () => performance.now() });
let watch: BypassWatch | null = null;
let looked = false;

/** Once, after the first invocation has begun: what a function signs for others would be signed with placeholders. */
async function warnOfOfflineUse(): Promise<void> {
  if (looked || sealer === null) return;
  looked = true;
  const { offlineUse } = await import('./offline-use.ts');
  const what = await offlineUse('/var/task');
  if (what !== null) {
    log.warn(
      `sealed credentials: the function has ${what}: what it signs for use elsewhere is signed with placeholders, which AWS refuses (see POST /presign)`,
    );
  }
}
const canary = watchForCanary(expectsCanary(), () => performance.now());
// First of all: it is what tells the role's own key id, and gives the sensor's own clients their keys.
const sealer = config.credentials === 'sealed' ? await seal(env, files.credentials, log) : null;
const fleet = await openStore(config, log);
const sensor = await start(config, files, resumption, log);
const reporter = fleet === null ? null : await reporterFor(fleet, () => sensor?.learner?.takeDelta() ?? null, log);
const api = createExtensionsApi({
  endpoint: runtimeApi,
  name: env.ROLEFENCE_EXTENSION_NAME ?? 'rolefence',
  ...(resumption === null ? {} : { identifier: resumption.identifier }),
});
await live(
  api,
  resident(sensor, reporter, log),
  {
    report: (problem) => log.error(problem),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    soon: setImmediate,
    now: Date.now,
    abandoned: () => process.ppid !== parent,
  },
  resumption !== null,
);
tellShell('shutdown');
// All is said and closed. `exit` would wait for Node's thread pool, where a read or a name look-up that never answers may hang until Lambda's two seconds are over.
process.kill(process.pid, 'SIGKILL');

/** Null where not even a port could be had: then the wrapper finds none and the function runs as it is. */
async function start(
  config: Config,
  files: StateFiles,
  resumption: Resumption | null,
  log: Log,
): Promise<Sensor | null> {
  try {
    const sensor = await startSensor({
      // ROLEFENCE_CA_FILE names what clients read, which is the bundle: written below.
      config: { ...config, caFile: null, port: resumption?.port || config.port },
      identity: {
        function: env.AWS_LAMBDA_FUNCTION_NAME ?? null,
        version: env.AWS_LAMBDA_FUNCTION_VERSION ?? null,
        environment: named.current(),
        ownAccessKeyId: env.AWS_ACCESS_KEY_ID || null,
      },
      ...(snapshot ? { environment: named.current } : {}),
      ownKeys: sealer === null && !env.AWS_ACCESS_KEY_ID ? await handedOut(env, log) : null,
      sealer,
      baselineStore: fleet === null ? null : storeSource(fleet, functionName(), env.ROLEFENCE_BASELINE ?? '', config),
      log,
      sinks: await createSinks(config.alerts, {
        write,
        report: (problem) => log.error(problem),
        region: env.AWS_REGION ?? null,
        functionName: env.AWS_LAMBDA_FUNCTION_NAME ?? null,
        account: () => account,
        env,
        direct: outgoing(config),
      }),
      caFile: files.ca,
      socketPath: files.socket,
      unread: resumption !== null,
    });
    if (sensor.certificatePem !== null) writeTrust(sensor.certificatePem, log);
    announcePort(files, sensor.port);
    tellShell(`port=${sensor.port}`);
    return sensor;
  } catch (error) {
    withdraw(files);
    log.error(`the sensor cannot start (${describe(error)}): calls are not seen in this environment`);
    return null;
  }
}

function functionName(): string {
  return env.AWS_LAMBDA_FUNCTION_NAME ?? '';
}

/** Null where the baseline is a file or none, and where the store cannot be used: then what is learned goes to the log. */
async function openStore(config: Config, log: Log): Promise<Fleet | null> {
  const { baseline } = config;
  if (baseline === null || baseline.kind === 'file') return null;
  if (functionName() === '' || (!env.AWS_REGION && baseline.kind !== 'folder')) {
    log.error('the baseline store cannot be used without AWS_LAMBDA_FUNCTION_NAME and AWS_REGION');
    return null;
  }
  const { openFleet } = await import('./fleet/open.ts');
  return openFleet(baseline, {
    region: env.AWS_REGION ?? '',
    env,
    direct: outgoing(config),
    timeoutMs: STORE_TIMEOUT_MS,
  });
}

async function reporterFor(fleet: Fleet, take: () => BaselineDocument | null, log: Log): Promise<Reporter> {
  const { createReporter } = await import('./fleet/reporter.ts');
  return createReporter({
    fleet,
    function: functionName(),
    get environment() {
      return named.current();
    },
    version: env.AWS_LAMBDA_FUNCTION_VERSION ?? null,
    take,
    log: createLearningLog(take, write, Date.now),
    report: (problem) => log.error(problem),
    clock: Date.now,
  });
}

function writeTrust(certificatePem: string, log: Log): void {
  const places = trustFiles(files.directory);
  try {
    writeTrustFiles({ ...places, bundle: config.caFile ?? places.bundle }, certificatePem, hasJava(env));
  } catch (error) {
    log.error(
      `${files.directory} cannot be written to (${describe(error)}): programs other than Node are not led through the sensor`,
    );
  }
}

function resident(sensor: Sensor | null, reporter: Reporter | null, log: Log): Resident {
  const learned = createLearningLog(() => sensor?.learner?.takeDelta() ?? null, write, Date.now);
  let endings: Endings | null = null;
  /** What invocations have left (counts of repeated findings, what was learned). */
  async function sendDue(alias: string | null): Promise<void> {
    if (reporter === null) learned.maybe();
    await Promise.all([sensor?.flush(FLUSH_MS).catch(() => {}), reporter?.maybe(alias)]);
  }
  /** While the function works, not after its response. */
  function periodically(alias: string | null): void {
    void sendDue(alias);
    if (sensor !== null) setTimeout(() => void lookAround(sensor).catch(() => {}), LOOK_DELAY_MS).unref();
  }
  return {
    async registered(registration) {
      tellShell(`identifier=${registration.identifier}`);
      account = registration.accountId;
      const name = registration.functionName ?? env.AWS_LAMBDA_FUNCTION_NAME ?? null;
      const arn = functionArn(env.AWS_REGION, registration.accountId, name);
      sensor?.identify({
        account: registration.accountId,
        overlapping: !registration.invocations,
        ...(arn === null ? {} : { function: arn }),
      });
      if (registration.invocations) sensor?.expectInvocations();
      else setInterval(() => periodically(null), PERIOD_MS).unref();
      log.debug(`registered${registration.invocations ? '' : ' for SHUTDOWN only'}, listening on ${sensor?.port}`);
      if (config.telemetry === 'platform') {
        const { hearPlatform } = await import('./platform.ts');
        endings = await hearPlatform(runtimeApi, registration, sensor, log);
      }
    },
    finished: ({ requestId, deadlineMs }) => endings?.of(requestId, deadlineMs) ?? null,
    // What is not through by then goes on after the thaw.
    over: ({ invokedFunctionArn }, capMs) => atMost(sendDue(aliasOf(invokedFunctionArn)), capMs),
    invoked({ requestId, invokedFunctionArn, trace }) {
      const arn = unqualifiedArn(invokedFunctionArn);
      named.invoked();
      if (arn !== null) sensor?.identify({ function: arn });
      sensor?.invoked(requestId, trace === null ? null : rootOf(trace));
    },
    meanwhile({ invokedFunctionArn }) {
      periodically(aliasOf(invokedFunctionArn));
    },
    async shutdown(reason, capMs) {
      log.debug(`shutting down (${reason})`);
      withdraw(files);
      const patience = new Promise((resolve) => setTimeout(resolve, capMs));
      await Promise.race([Promise.all([sensor?.close().catch(() => {}), reporter?.last()]), patience]);
      if (reporter === null) learned.now();
      else reporter.abandon();
    },
  };
}

/** Once the function is at work: what it has open, or left open the last time, goes past the sensor, or not. */
async function lookAround(sensor: Sensor): Promise<void> {
  const { bypassFinding, canaryFinding, createBypassWatch } = await import('./sight/bypass.ts');
  // Whatever else comes through: a runtime that did not come itself is not led here.
  if (sensor.unread === null && canary.missing(sensor.sight.canarySeen))
    sensor.report((identity) => canaryFinding(identity, new Date().toISOString()));
  void warnOfOfflineUse().catch(() => {});
  watch ??= createBypassWatch({ proc: '/proc', pid: process.pid, now: () => performance.now() });
  for (const found of await watch.look()) {
    sensor.report((identity) => bypassFinding(found, identity, new Date().toISOString()));
  }
}
