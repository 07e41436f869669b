import { randomBytes } from 'node:crypto';
import type { Call } from '../baseline/call.ts';
import type { Finding } from '../baseline/finding.ts';
import type { Learner } from '../baseline/learn/learner.ts';
import type { BaselineDocument } from '../baseline/model/document.ts';
import { createMeter } from './alerts/measures.ts';
import type { Sink } from './alerts/sink.ts';
import { brokenGlassFinding, heedBreakGlass } from './break-glass.ts';
import type { Config } from './config.ts';
import type { Guard } from './guard/guard.ts';
import { isolating } from './guard/isolation.ts';
import { learningGuard } from './guard/learning.ts';
import { engineReady } from './identify/engine.ts';
import type { Identity } from './identity.ts';
import { createInvocations } from './invocations.ts';
import { heedIsolation, isolationFinding } from './isolation.ts';
import { createLateLearner } from './late-learner.ts';
import type { Log } from './log.ts';
import type { OwnKeys } from './own-keys.ts';
import { atMost } from './patience.ts';
import type { Proxy } from './proxy/proxy.ts';
import { rehearseLater } from './rehearsal.ts';
import { createReporting } from './reporting.ts';
import { Knocks } from './seal/knocks.ts';
import type { Sealer } from './seal/sealer.ts';
import { knocked } from './sealing.ts';
import { createSight, type Sight } from './sight/status.ts';
import { arm, armRules, type BaselineSource, guardFor, listen, openTrust, unreadFinding } from './startup.ts';
import { createInspector } from './way-of-a-call.ts';

export interface SensorOptions {
  readonly config: Config;
  readonly identity: Partial<Identity>;
  readonly log: Log;
  readonly sinks: readonly Sink[];
  /** Given by the CLI, which has read it already; otherwise the sensor loads what `config.baseline` names. */
  readonly baseline?: BaselineDocument | null;
  /** The store that `config.baseline` names, where it names one. */
  readonly baselineStore?: BaselineSource | null;
  /** Where the CA certificate is written; null keeps it in memory only. `config.caFile` wins. */
  readonly caFile: string | null;
  /** Where the Node preload finds a Unix socket; null or absent for none. */
  readonly socketPath?: string | null;
  /** Learn besides judging: always so in learn mode. */
  readonly learn?: boolean;
  /** Every call's record, when its answer has ended, and every refused call's. */
  readonly onCall?: (call: Call) => void;
  /** Sealed credentials: the function signs with placeholders, and what it may send is signed anew. */
  readonly sealer?: Sealer | null;
  /** Asked for each call where this environment's memory may become many: its name now. */
  readonly environment?: () => string;
  /** Where the role's own key is not in `identity`, because Lambda hands it out elsewhere. */
  readonly ownKeys?: OwnKeys | null;
  /** True after the process before this one died: its CA key is gone, so nothing can be opened any more. */
  readonly unread?: boolean;
}

/** One sensor in one execution environment: a proxy that names, judges and forwards. */
export interface Sensor {
  /** Names this execution environment in every record. */
  readonly environment: string;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Null where there is none, or none could be had. */
  readonly socketPath: string | null;
  /** Null where nothing is opened (`unread`). */
  readonly certificatePem: string | null;
  readonly caFile: string | null;
  /** Why nothing is opened; null where all is well. */
  readonly unread: string | null;
  /** What becomes known later: the account from `register`, the ARN from INVOKE. */
  identify(changes: Partial<Identity>): void;
  /** Invocations will be told of, one at a time, or (`overlapping`) several at once. */
  expectInvocations(overlapping?: boolean): void;
  /** When something last came from the function, or for it: epoch, milliseconds. */
  lastSeen(): number;
  /** One begins; `root`: the trace that its calls bear, where one is told. */
  invoked(requestId: string, root: string | null): void;
  /** Tells of what no call showed. */
  report(make: (identity: Identity) => Finding): void;
  /** Whether the function goes through it. */
  readonly sight: Sight;
  /** What has been learned in this environment; null where nothing is learned. */
  readonly learner: Learner | null;
  /** Lets the sinks send what they keep, within `capMs` milliseconds. */
  flush(capMs: number): Promise<void>;
  /** Stops listening, ends what is open, flushes. */
  close(): Promise<void>;
}

/** Registering and asking for the first event take a few milliseconds. */
const ENGINE_DELAY_MS = 15;
/**
 * Starts the sensor. It never rejects for a setting, a file or a port: what cannot be had turns itself off, says so in one line, and calls go
 * through unread, or are refused where ROLEFENCE_ON_FAILURE is closed.
 */
export async function startSensor(options: SensorOptions): Promise<Sensor> {
  const { config, log } = options;
  let identity: Identity = {
    function: null,
    version: null,
    environment: randomBytes(8).toString('hex'),
    account: null,
    ownAccessKeyId: null,
    invocation: null,
    ...options.identity,
  };
  const guard = isolating(config.mode === 'learn' ? learningGuard : await guardFor(config));
  const learner = config.mode === 'learn' || options.learn === true ? createLateLearner(log) : null;
  const meter = createMeter();
  const sight = createSight(() => trust.unread !== null);
  const { publish, urges, flush } = createReporting({
    sinks: options.sinks,
    meter,
    sight,
    learner,
    waitMs: config.mode === 'learn' ? 0 : config.alerts.waitMs,
    functionName: () => identity.function,
  });

  let baseline: BaselineDocument | null = null;
  const noted: Guard = {
    ...guard,
    arm(document, reason) {
      baseline = document;
      guard.arm(document, reason);
    },
  };
  const armed = arm(noted, options.baseline, options.baselineStore ?? null, config, log);
  const trust = openTrust(config.caFile ?? options.caFile, options.unread === true, config, log);
  const { sealer = null } = options;
  const knocks = new Knocks();
  // Loaded only where credentials are sealed.
  const presigning = sealer === null ? null : (await import('./presigning.ts')).presigning(knocks);
  /** With what changes without being told: sealed credentials are renewed under way, a copy of a snapshot gets a name of its own. Asked several times a call. */
  const current = (): Identity => {
    const environment = options.environment?.() ?? identity.environment;
    const ownAccessKeyId = sealer === null ? identity.ownAccessKeyId : sealer.realId(sealer.placeholder.accessKeyId);
    if (environment === identity.environment && ownAccessKeyId === identity.ownAccessKeyId) return identity;
    identity = { ...identity, environment, ownAccessKeyId };
    return identity;
  };
  const invocations = createInvocations();
  let unknown: Promise<void> | null = null;
  const inspector = createInspector({
    guard,
    unknown: () => unknown,
    learner,
    identity: current,
    invocations,
    ownKeys: options.ownKeys ?? null,
    publish,
    urges,
    meter,
    sight,
    config,
    log,
    onCall: options.onCall,
    sealer,
    presigning,
  });
  const heeded = heedBreakGlass(guard, options.baselineStore ?? null, config, identity.function, log, (held) =>
    publish([brokenGlassFinding(identity, held)], null),
  );
  let listening: Proxy | null = null;
  let isolated = false;
  const isolation = heedIsolation(options.baselineStore ?? null, log, (_, why) => {
    isolated = true;
    guard.isolate(why);
    listening?.setUnread('refuse');
    publish([isolationFinding(identity, why)], null);
  });
  // Learn mode waits for nothing else: there the first call does, not Init.
  unknown = atMost(isolation, config.baselineWaitMs).then(() => {
    unknown = null;
  });
  await Promise.all([armed, heeded, config.mode === 'learn' ? null : unknown, armRules(guard, config, log)]);
  const proxy = await listen(inspector, trust.authority, config, log, options.socketPath ?? null);
  listening = proxy;
  if (isolated) proxy.setUnread('refuse');
  // After `register` and `next`, which end Init; a connection that comes first has it loaded at once.
  setTimeout(() => {
    engineReady();
    learner?.ready();
  }, ENGINE_DELAY_MS).unref();
  const understudy = async () => {
    guard.expect(identity.function);
    return (await import('./understudy.ts')).createUnderstudy(config, () => identity, baseline, log);
  };
  rehearseLater(proxy, () => ({ baseline, function: identity.function }), understudy, process.env.AWS_REGION ?? null);
  if (trust.unread !== null) publish([unreadFinding(identity, trust.unread, config)], null);

  const handOver = (capMs: number, last: boolean): Promise<void> => {
    const untold = knocks.untold(Date.now()).map((reason) => knocked(current(), reason));
    publish(untold, null);
    return flush(capMs, last);
  };

  return {
    environment: identity.environment,
    port: proxy.port,
    socketPath: proxy.socketPath,
    certificatePem: trust.authority?.certificatePem ?? null,
    caFile: trust.caFile,
    unread: trust.unread,
    learner,
    identify(changes) {
      identity = { ...identity, ...changes };
    },
    expectInvocations: invocations.expect,
    lastSeen: proxy.lastSeen,
    invoked(requestId, root) {
      if (identity.overlapping !== true) identity = { ...identity, invocation: requestId };
      invocations.began(requestId, root);
    },
    report: (make) => void publish([make(current())], null),
    sight,
    flush: (capMs) => handOver(capMs, false),
    async close() {
      await proxy.close();
      for (const { call, findings } of guard.end()) publish(findings, call);
      await handOver(1_000, true);
    },
  };
}
