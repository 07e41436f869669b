import { randomBytes } from 'node:crypto';
import type { Call } from '../baseline/call.ts';
import type { Finding } from '../baseline/finding.ts';
import { createLearner, type Learner } from '../baseline/learn/learner.ts';
import { coverage } from '../baseline/model/coverage.ts';
import type { BaselineDocument } from '../baseline/model/document.ts';
import { measured } from './added-latency.ts';
import { createMeter, type Meter } from './alerts/measures.ts';
import type { Sink } from './alerts/sink.ts';
import { brokenGlassFinding, heedBreakGlass } from './break-glass.ts';
import { callOf, egressOf, resultOf } from './call-record.ts';
import type { Config } from './config.ts';
import type { Guard } from './guard/guard.ts';
import { isolating } from './guard/isolation.ts';
import { learningGuard } from './guard/learning.ts';
import { refusal } from './guard/refusal.ts';
import { summarizeAnswer } from './identify/answer.ts';
import { isAwsEndpoint } from './identify/endpoint.ts';
import { engineReady, identifyLoaded } from './identify/engine.ts';
import type { NamedRequest, RequestHead } from './identify/request.ts';
import type { Identity } from './identity.ts';
import { heedIsolation, isolationFinding } from './isolation.ts';
import type { Log } from './log.ts';
import { atMost } from './patience.ts';
import type { presigning as presigningOf } from './presigning.ts';
import type {
  Decision,
  EgressDecision,
  EgressOutcome,
  EgressTarget,
  Inspection,
  Inspector,
  Outcome,
} from './proxy/inspector.ts';
import type { Proxy } from './proxy/proxy.ts';
import { rehearseLater } from './rehearsal.ts';
import type { Sealer, Sealing } from './seal/sealer.ts';
import { sealingInspection, unjudgeable, unsealable } from './sealing.ts';
import { CANARY_HOST } from './sight/canary.ts';
import { createSight, type Sight } from './sight/status.ts';
import { arm, armRules, type BaselineSource, listen, openTrust, unreadFinding } from './startup.ts';
import { traceRoot } from './trace-id.ts';

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
  /** What becomes known later: the account from `register`, the ARN and the invocation from INVOKE. */
  identify(changes: Partial<Identity>): void;
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
/** Bytes of an error answer that are kept to read its code; AWS error bodies are well below. */
const KEEP_OF_ERRORS = 4_096;
/** Bytes of an answer that carries credentials (AssumeRole and its like). */
const KEEP_OF_CREDENTIALS = 16_384;

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
  const learner = config.mode === 'learn' || options.learn === true ? createLearner() : null;
  const meter = createMeter();
  const sight = createSight(() => trust.unread !== null);
  const publish: Publish = (findings, call) => {
    for (const finding of findings) {
      meter.finding(finding);
      sight.finding(finding);
      for (const sink of options.sinks) sink.deliver(finding, call);
    }
  };
  async function flush(capMs: number, last: boolean): Promise<void> {
    const known = () => (learner === null ? null : percentKnown(learner));
    const figures = meter.take(Date.now(), last, {
      function: identity.function,
      coverage: known,
      sight: sight.status(),
    });
    if (figures !== null) for (const sink of options.sinks) sink.measure?.(figures);
    await Promise.all(options.sinks.map((sink) => sink.flush(capMs, last)));
  }

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
  // Loaded only where credentials are sealed.
  const presigning = sealer === null ? null : (await import('./presigning.ts')).presigning;
  // Sealed credentials may be renewed under way; those of the function never change.
  const renewable = (): Identity =>
    sealer === null ? identity : { ...identity, ownAccessKeyId: sealer.realId(sealer.placeholder.accessKeyId) };
  let unknown: Promise<void> | null = null;
  const inspector = createInspector({
    guard,
    unknown: () => unknown,
    learner,
    identity: renewable,
    publish,
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
  setTimeout(engineReady, ENGINE_DELAY_MS).unref();
  const understudy = async (): Promise<Inspector> => {
    const judge = config.mode === 'learn' ? learningGuard : await guardFor({ ...config, mode: 'alert' });
    judge.arm(baseline, null);
    const own = {
      guard: judge,
      unknown: () => null,
      learner: createLearner(),
      publish() {},
      meter: createMeter(),
      sight: createSight(() => false),
      onCall: undefined,
    };
    return createInspector({ ...own, identity: () => identity, config, log, sealer: null, presigning: null });
  };
  rehearseLater(proxy, () => ({ baseline, function: identity.function }), understudy, process.env.AWS_REGION ?? null);
  if (trust.unread !== null) publish([unreadFinding(identity, trust.unread, config)], null);

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
    report: (make) => publish([make(identity)], null),
    sight,
    flush: (capMs) => flush(capMs, false),
    async close() {
      await proxy.close();
      await flush(1_000, true);
    },
  };
}

async function guardFor(config: Config): Promise<Guard> {
  return (await import('./guard/guard.ts')).createGuard(config);
}

type Publish = (findings: readonly Finding[], call: Call | null) => void;

interface Parts {
  readonly guard: Guard;
  /** Whether anything may pass is not known yet; null once it is, or was waited for long enough. */
  readonly unknown: () => Promise<void> | null;
  readonly learner: Learner | null;
  readonly identity: () => Identity;
  readonly publish: Publish;
  readonly meter: Meter;
  readonly sight: Sight;
  readonly config: Config;
  readonly log: Log;
  readonly onCall: ((call: Call) => void) | undefined;
  readonly sealer: Sealer | null;
  readonly presigning: typeof presigningOf | null;
}

/** The way of a call: request → identify → guard → refuse or forward → what came of it → guard again, learner. */
function createInspector(parts: Parts): Inspector {
  const { guard, learner, publish, meter, sight, config, log, onCall, sealer } = parts;
  let sequence = 0;
  let failures = 0;

  function record(call: Call): void {
    if (call.verdict !== 'block') learner?.observe(call);
    meter.call(call);
    sight.call();
    onCall?.(call);
  }

  /** A fault of ours must not become the function's: said once, then ROLEFENCE_ON_FAILURE. */
  function guarded<A extends unknown[], R>(work: (...args: A) => R, otherwise: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      try {
        return work(...args);
      } catch (error) {
        meter.unjudged();
        if (failures++ === 0) log.error(`a call could not be judged (${kindOf(error)}); further ones are counted only`);
        return otherwise(...args);
      }
    };
  }

  // In block mode a call that our own code stumbles over was perhaps made to be stumbled over: what cannot be judged is not what is allowed.
  const closed = (): boolean => config.onFailure === 'closed' || guard.modeAt(new Date().toISOString()) === 'block';
  const unjudged = (head: RequestHead): Decision => {
    if (!closed()) return { kind: 'forward', keepOfErrors: 0, keepOfAll: 0, isolate: false, ended() {} };
    const named = unnamed(head);
    const call = callOf(parts.identity(), `${++sequence}`, new Date().toISOString(), named);
    publish([unjudgeable(call)], call);
    return {
      kind: 'refuse',
      answer: refusal(named, 'Rolefence refused this call: it could not be judged', call.id ?? ''),
      ended: () => record({ ...call, verdict: 'block' }),
    };
  };
  const unjudgedEgress = (): EgressDecision =>
    closed()
      ? { kind: 'refuse', reason: 'Rolefence could not judge this connection', ended() {} }
      : { kind: 'tunnel', ended() {} };

  return {
    ready() {
      const unready = () => engineReady() ?? sealer?.due(Date.now()) ?? null;
      return parts.unknown()?.then(() => unready() ?? undefined) ?? unready();
    },
    intercepts: isAwsEndpoint,
    request: measured(
      guarded<[RequestHead], Inspection>(
        (head) => {
          const time = new Date();
          const trace = parts.identity().overlapping === true ? traceRoot(head.headers) : null;
          const decideOn = (named: NamedRequest, at: Date, seal: (() => Sealing) | null) =>
            decide(named, at, trace, seal);
          const found = identifyLoaded(head, { account: parts.identity().account });
          if (sealer !== null) {
            return sealingInspection(sealer, head, found, time, decideOn, (judge) =>
              guarded(judge, () => unjudged(head)),
            );
          }
          if (found.kind === 'named') return { kind: 'decided', decision: decideOn(found.named, time, null) };
          const byBody = guarded<[Uint8Array, boolean], Decision>(
            (body, truncated) => decideOn(found.name(body, truncated), time, null),
            () => unjudged(head),
          );
          return { kind: 'body', cap: found.cap, decide: byBody };
        },
        (head) => ({ kind: 'decided', decision: unjudged(head) }),
      ),
      meter.added,
    ),
    egress: guarded<[EgressTarget], EgressDecision>((target) => decideOnEgress(target), unjudgedEgress),
    fault(fault) {
      log.warn(fault.message);
    },
    ...(sealer === null || parts.presigning === null
      ? {}
      : {
          local: parts.presigning({
            sealer,
            guard,
            publish,
            record,
            identity: parts.identity,
            nextId: () => `${++sequence}`,
          }),
        }),
  };

  /** `trace`: the invocation, where the call alone tells it. `seal`: signs anew what is let through; null where credentials are shared. */
  function decide(named: NamedRequest, time: Date, trace: string | null, seal: (() => Sealing) | null): Decision {
    const identity = trace === null ? parts.identity() : { ...parts.identity(), invocation: trace };
    const call = callOf(identity, `${++sequence}`, time.toISOString(), named);
    const judged = guard.before(call);
    publish(judged.findings, call);
    const sealing = judged.verdict === 'block' ? null : (seal?.() ?? null);
    if (sealing?.kind === 'refused') {
      publish([unsealable(call, sealing.reason)], call);
      return {
        kind: 'refuse',
        answer: refusal(named, `Rolefence refused this call: ${sealing.reason}`, call.id ?? ''),
        ended: () => record({ ...call, verdict: 'block' }),
      };
    }
    if (judged.verdict === 'block') {
      const message = `Rolefence refused this call: ${judged.findings[0]?.reason ?? 'it is outside the approved baseline'}`;
      return {
        kind: 'refuse',
        answer: refusal(named, message, call.id ?? ''),
        ended: () => record({ ...call, verdict: 'block' }),
      };
    }
    return {
      kind: 'forward',
      keepOfErrors: KEEP_OF_ERRORS,
      keepOfAll: named.issuesCredentials ? KEEP_OF_CREDENTIALS : 0,
      isolate: named.certainty === 'ambiguous',
      rewriting: sealing?.kind === 'sealed' ? sealing : null,
      ended: guarded<[Outcome], void>(
        (outcome) => {
          const answer = summarizeAnswer(named, { ...outcome, status: outcome.status ?? 0 });
          if (sealing?.kind === 'sealed') sealer?.heard(answer.errorCode, outcome.headers, Date.now());
          conclude({ ...call, verdict: judged.verdict, ...resultOf(outcome, answer) });
        },
        () => {},
      ),
    };
  }

  function decideOnEgress(target: EgressTarget): EgressDecision {
    if (target.host === CANARY_HOST) {
      sight.canary();
      return { kind: 'refuse', reason: 'Rolefence has seen its canary', ended() {} };
    }
    const call = egressOf(parts.identity(), `${++sequence}`, new Date().toISOString(), target);
    const judged = guard.before(call);
    publish(judged.findings, call);
    if (judged.verdict === 'block') {
      const reason = `Rolefence refused this connection: ${judged.findings[0]?.reason ?? 'it is outside the approved baseline'}`;
      return { kind: 'refuse', reason, ended: () => record({ ...call, verdict: 'block' }) };
    }
    return {
      kind: 'tunnel',
      ended: guarded<[EgressOutcome], void>(
        ({ bytesOut, bytesIn, durationMs }) =>
          conclude({ ...call, verdict: judged.verdict, bytesOut, bytesIn, durationMs }),
        () => {},
      ),
    };
  }

  /** The answer has ended: only now is it known what the call did. */
  function conclude(call: Call): void {
    const { verdict, findings } = guard.after(call);
    publish(findings, call);
    record(verdict === call.verdict ? call : { ...call, verdict });
  }
}

/** Good and Turing's estimate of how much of the function has been seen, in percent. */
function percentKnown(learner: Learner): number | null {
  const [own] = coverage(learner.document()).functions;
  return own === undefined ? null : 100 * (1 - own.pNew);
}

/** Names only the kind of an error: its message could hold something of the call. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** Where identification itself failed: enough of a name to answer in some SDK's error form. */
function unnamed(head: RequestHead): NamedRequest {
  const header = (name: string) => head.headers.find(([n]) => n.toLowerCase() === name)?.[1] ?? '';
  const type = header('content-type');
  return {
    service: 'unknown',
    operation: null,
    certainty: 'ambiguous',
    access: [{ action: 'unknown:*', resources: ['*'] }],
    region: null,
    account: null,
    accessKeyId: null,
    prefix: null,
    host: header('host'),
    items: null,
    protocol: type.includes('json') ? 'awsJson1_1' : type.includes('urlencoded') ? 'awsQuery' : 'restXml',
    reason: null,
    issuesCredentials: false,
  };
}
