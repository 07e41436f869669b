import type { BreakGlass } from '../baseline/approval/break-glass.ts';
import type { Isolation } from '../baseline/approval/isolation.ts';
import type { Finding } from '../baseline/finding.ts';
import type { BaselineDocument } from '../baseline/model/document.ts';
import type { Fleet } from '../baseline/store/fleet.ts';
import { writeCaFile } from './ca-file.ts';
import { type Config, demandOf } from './config.ts';
import type { Guard } from './guard/guard.ts';
import type { Identity } from './identity.ts';
import type { Log } from './log.ts';
import { type CertificateAuthority, createCertificateAuthority } from './proxy/certificate-authority.ts';
import { type ConnectTo, parseConnectTo } from './proxy/connect-to.ts';
import type { Inspector } from './proxy/inspector.ts';
import { type Proxy, startProxy } from './proxy/proxy.ts';
import { sensorFinding } from './sensor-finding.ts';

/** Where the approved baseline of this function comes from. */
export interface BaselineSource {
  /** For people. */
  readonly name: string;
  /** Null where nothing is approved. Rejects with one sentence. */
  load(): Promise<BaselineDocument | null>;
  /** The switches beside it; both reject as `load` does. Null where it was not turned. */
  breakGlass(): Promise<BreakGlass | null>;
  isolation(): Promise<Isolation | null>;
}

/** Loaded where something is judged. */
export async function guardFor(config: Config): Promise<Guard> {
  return (await import('./guard/guard.ts')).createGuard(config);
}

function fileSource(path: string, config: Config): BaselineSource {
  return {
    name: path,
    load: async () => (await import('../baseline/store/file.ts')).loadApprovedBaselineFile(path, demandOf(config)),
    breakGlass: async () => null,
    isolation: async () => null,
  };
}

/** `name`: as ROLEFENCE_BASELINE has it. */
export function storeSource(fleet: Fleet, fn: string, name: string, config: Config): BaselineSource {
  const { approved, breakGlass, isolation } = fleet.firstLook(fn, config.mode, demandOf(config));
  return { name, load: approved, breakGlass, isolation };
}

/**
 * Hands the guard its baseline: the one given, or the one that the settings name, for which the start waits at most `baselineWaitMs` (a store that
 * does not answer must not hold up Init); if it comes later it is taken then.
 */
export async function arm(
  guard: Guard,
  given: BaselineDocument | null | undefined,
  store: BaselineSource | null,
  config: Config,
  log: Log,
): Promise<void> {
  if (given != null) return guard.arm(given, null);
  if (config.baselineBroken) return guard.arm(null, 'the baseline setting cannot be used');
  const { baseline } = config;
  if (baseline === null) return;
  const source = baseline.kind === 'file' ? fileSource(baseline.path, config) : store;
  if (source === null) return guard.arm(null, 'the baseline store cannot be opened');
  // Nothing is judged by it.
  if (baseline.kind !== 'file' && config.mode === 'learn') return;
  const { name } = source;
  let late = false;
  const loading = source.load().then(
    (document) => {
      if (document === null) {
        guard.arm(null, `nothing is approved for this function in ${name}`);
        log.error(`nothing is approved for this function in ${name}${consequence(config)}`);
        return;
      }
      guard.arm(document, null);
      if (late) log.info(`the baseline ${name} has arrived and holds from now on`);
    },
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      guard.arm(null, `the baseline cannot be used: ${why}`);
      log.error(`the baseline cannot be used: ${why}${consequence(config)}`);
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late = true;
      guard.arm(null, `the baseline ${name} has not arrived`);
      log.error(`the baseline ${name} has not arrived after ${config.baselineWaitMs} ms${consequence(config)}`);
      resolve();
    }, config.baselineWaitMs);
  });
  await Promise.race([loading, patience]);
  clearTimeout(timer);
}

function consequence(config: Config): string {
  if (config.mode === 'learn') return '';
  return config.mode === 'block' && config.onFailure === 'closed'
    ? ': calls are refused (ROLEFENCE_ON_FAILURE is closed)'
    : ': calls go through unjudged';
}

/**
 * Hands the guard the rules that people wrote. A fault in them is never a reason to stop: what was understood of what forbids (block, cap) holds; what
 * allows or quietens does not, since a broken setting never loosens block mode.
 */
export async function armRules(guard: Guard, config: Config, log: Log): Promise<void> {
  if (config.rules === null || config.mode === 'learn') return;
  const { loadRules } = await import('./rules-file.ts');
  const { rules, problems } = loadRules(config.rules);
  if (rules === null) {
    const [why = 'it cannot be read'] = problems;
    guard.rule(null, `the rules cannot be used: ${why}`);
    log.error(`ROLEFENCE_RULES: ${why}: no rule holds`);
    return;
  }
  for (const problem of problems.slice(0, 5)) log.error(`ROLEFENCE_RULES: ${problem}`);
  if (problems.length === 0) return guard.rule(rules.rules, null);
  log.error('ROLEFENCE_RULES: because of this only block and cap rules hold');
  guard.rule(
    rules.rules.filter(({ effect }) => effect.kind === 'block' || effect.kind === 'cap'),
    null,
  );
}

export interface Trust {
  /** Null: nothing is opened. */
  readonly authority: CertificateAuthority | null;
  readonly caFile: string | null;
  /** Why nothing is opened. */
  readonly unread: string | null;
}

/** The environment's certificate authority, and its certificate where clients find it. Without either nothing can be opened. */
export function openTrust(caFile: string | null, lost: boolean, config: Config, log: Log): Trust {
  if (lost) return { authority: null, caFile: null, unread: 'the sensor process was restarted and its CA key is gone' };
  try {
    const authority = createCertificateAuthority(new Date());
    if (caFile !== null) writeCaFile(caFile, authority.certificatePem);
    return { authority, caFile, unread: null };
  } catch (error) {
    const unread = `the CA certificate ${caFile ?? ''} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
    log.error(
      `${unread}: calls ${config.onFailure === 'closed' ? 'are refused' : 'go through unread'} until this environment ends`,
    );
    return { authority: null, caFile: null, unread };
  }
}

/** Listens on the configured port; where that is taken, on another, since clients that take the port from us still find it. */
export async function listen(
  inspector: Inspector,
  authority: CertificateAuthority | null,
  config: Config,
  log: Log,
  socketPath: string | null,
): Promise<Proxy> {
  const connectTo: ConnectTo[] = [];
  for (const entry of config.connectTo) {
    try {
      connectTo.push(parseConnectTo(entry));
    } catch (error) {
      log.error(
        `ROLEFENCE_CONNECT_TO: ${error instanceof Error ? error.message : 'cannot be read'}: this entry is left out`,
      );
    }
  }
  const unread = config.onFailure === 'closed' ? 'refuse' : 'tunnel';
  const on = (port: number) =>
    startProxy({
      inspector,
      port,
      certificateAuthority: authority,
      unread,
      connectTo,
      upstreamCa: config.upstreamCa,
      socketPath,
    });
  try {
    return await on(config.port);
  } catch (error) {
    if (config.port === 0) throw error;
    const proxy = await on(0);
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    log.error(
      `port ${config.port} cannot be listened on (${code}): listening on ${proxy.port} instead; clients that were given ${config.port} do not reach the sensor`,
    );
    return proxy;
  }
}

/** The sensor is there, but sees nothing: whoever relies on it must hear of it. */
export function unreadFinding(identity: Identity, why: string, config: Config): Finding {
  const closed = config.onFailure === 'closed';
  return sensorFinding(identity, {
    key: 'sensor: calls are not read',
    severity: 'critical',
    blocked: closed,
    reason: `${why}: AWS calls of this environment ${closed ? 'are refused' : 'go through unread'} until it ends`,
    techniques: ['T1562.001'],
  });
}
