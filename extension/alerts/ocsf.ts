import { createHash } from 'node:crypto';
import type { Call } from '../../baseline/call.ts';
import type { Finding, Severity } from '../../baseline/finding.ts';
import { type Advice, adviceOn, short } from './advice.ts';
import { technique, techniqueUrl } from './attack.ts';
import { nameOf } from './function-name.ts';
import { placeOf } from './place.ts';

/** Version of the Open Cybersecurity Schema Framework that the form follows. */
export const OCSF_VERSION = '1.8.0';

/** An OCSF Detection Finding as it is sent: plain JSON. */
export type OcsfFinding = Readonly<Record<string, unknown>>;

/** What is known besides the finding. */
export interface Context {
  /** The call that raised it: its record, which holds nothing of its content. */
  readonly call?: Call | null;
  /** How many findings of this key this one stands for, and when the first and the last were (epoch, milliseconds). */
  readonly count?: number;
  readonly first?: number;
  readonly last?: number;
  /** Epoch, milliseconds: for a finding without a time. */
  readonly now?: number;
  /** Where the function is, if neither the finding nor the call says it. */
  readonly account?: string | null;
  readonly region?: string | null;
}

/** OCSF severity_id and its caption. */
const SEVERITY: Readonly<Record<Severity, readonly [id: number, caption: string]>> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

/**
 * The finding as an OCSF Detection Finding (class 2004; profiles cloud and security_control). Pure. The same environment, detector and key have the same
 * `finding_info.uid`, so whoever receives two of them can join them.
 */
export function toOcsf(finding: Finding, context: Context = {}): OcsfFinding {
  const advice = adviceOn(finding);
  const place = placeOf(finding, context);
  const time = timeOf(finding, context);
  const [severityId, severity] = SEVERITY[finding.severity];
  const { first = toldOf(finding, time), last = time, count = 1 } = context;
  const again = count > 1;
  return {
    activity_id: again ? 2 : 1,
    activity_name: again ? 'Update' : 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: again ? 200402 : 200401,
    type_name: `Detection Finding: ${again ? 'Update' : 'Create'}`,
    time,
    ...(count > 1 ? { count, start_time: first, end_time: last } : {}),
    severity_id: severityId,
    severity,
    status_id: 1,
    status: 'New',
    is_alert: finding.severity !== 'info',
    confidence_score: Math.round(finding.score * 100),
    message: finding.reason,
    action_id: finding.blocked ? 2 : 1,
    action: finding.blocked ? 'Denied' : 'Allowed',
    disposition_id: finding.blocked ? 2 : 19,
    disposition: finding.blocked ? 'Blocked' : 'Alert',
    metadata: {
      version: OCSF_VERSION,
      profiles: ['cloud', 'security_control'],
      uid: eventUid(finding, count),
      product: { name: 'Rolefence', vendor_name: 'Rolefence' },
      ...(finding.callId === null ? {} : { original_event_uid: finding.callId }),
      ...(finding.invocation === null ? {} : { correlation_uid: finding.invocation }),
    },
    cloud: {
      provider: 'AWS',
      cloud_partition: place.partition,
      ...(place.region === null ? {} : { region: place.region }),
      ...(place.account === null ? {} : { account: { uid: place.account, type_id: 10, type: 'AWS Account' } }),
    },
    finding_info: {
      uid: findingUid(finding),
      title: advice.title,
      desc: advice.deviation,
      types: [finding.detector],
      analytic: {
        type_id: finding.detector === 'rule' ? 1 : 2,
        type: finding.detector === 'rule' ? 'Rule' : 'Behavioral',
        name: finding.detector,
        uid: `rolefence/${finding.detector}`,
      },
      created_time: first,
      first_seen_time: Math.min(first, time),
      last_seen_time: last,
      attacks: finding.techniques.map(attackOf),
      data_sources: ['Rolefence sensor'],
    },
    anomaly_analyses: [anomalyOf(finding, advice)],
    evidences: [evidenceOf(finding, callOf(finding, context), advice)],
    resources: resourcesOf(finding, advice),
    remediation: {
      desc: `Next: ${advice.next}`,
    },
    unmapped: {
      detector: finding.detector,
      key: finding.key,
      scope: finding.scope,
      version: finding.version,
      environment: finding.environment,
      invocation: finding.invocation,
      count,
      normal: advice.normal,
      iam: advice.statements,
      next: advice.next,
    },
  };
}

/** The same for one environment and one key: what receivers join by. */
export function findingUid(finding: Finding): string {
  return digest([finding.function, finding.environment, finding.detector, finding.key]);
}

const eventUid = (finding: Finding, count: number): string =>
  digest([findingUid(finding), finding.callId, finding.time, `${count}`]);

function digest(parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

export function timeOf(finding: Finding, context: Context): number {
  const time = finding.time === null ? Number.NaN : Date.parse(finding.time);
  return Number.isNaN(time) ? (context.now ?? Date.now()) : time;
}

/** When somebody could first know of it. */
export function toldOf({ toldAt }: Finding, time: number): number {
  const told = Date.parse(toldAt ?? '');
  return Number.isNaN(told) ? time : told;
}

/** A later call may have shown it: that one is no evidence. */
const callOf = ({ callId, toldAt }: Finding, { call }: Context): Call | null =>
  call?.id === callId && (callId !== null || !toldAt) ? call : null;

function attackOf(uid: string) {
  const known = technique(uid);
  const named = { uid, ...(known === undefined ? {} : { name: known.name }), src_url: techniqueUrl(uid) };
  const tactics = known === undefined ? {} : { tactics: known.tactics };
  if (!uid.includes('.')) return { ...tactics, technique: named };
  const parent = uid.slice(0, uid.indexOf('.'));
  const above = technique(parent);
  return {
    ...tactics,
    technique: { uid: parent, ...(above === undefined ? {} : { name: above.name }), src_url: techniqueUrl(parent) },
    sub_technique: named,
  };
}

/** What was seen, and what is normal instead. */
function anomalyOf(finding: Finding, advice: Advice) {
  const parameter = { observation_parameter: finding.detector };
  return {
    analysis_targets: [{ name: advice.functionName, type: 'AWS Lambda function' }],
    anomalies: [{ ...parameter, observations: [{ value: advice.deviation }], observed_pattern: advice.deviation }],
    ...(advice.normal === null
      ? {}
      : { baselines: [{ ...parameter, observations: [{ value: advice.normal }], observed_pattern: advice.normal }] }),
  };
}

/** The call: names only. */
function evidenceOf(finding: Finding, call: Call | null, advice: Advice) {
  const service = call?.service ?? finding.action?.slice(0, finding.action.indexOf(':')) ?? null;
  const operation = call?.operation ?? finding.action?.slice(finding.action.indexOf(':') + 1) ?? null;
  const host = call?.host ?? (finding.detector === 'egress' ? finding.resource : null);
  const [hostname, port] = hostAndPort(host);
  return {
    name: short(finding.key, 250),
    ...(finding.callId === null ? {} : { uid: finding.callId }),
    ...(operation === null || service === null
      ? {}
      : {
          api: {
            operation,
            service: { name: service },
            ...(finding.callId === null ? {} : { request: { uid: finding.callId } }),
          },
        }),
    actor: {
      app_name: advice.functionName,
      ...(finding.function === null ? {} : { app_uid: finding.function }),
      ...(call?.accessKeyId == null
        ? {}
        : {
            user: {
              credential_uid: call.accessKeyId,
              ...(call.account === null ? { uid: call.accessKeyId } : { account: { uid: call.account } }),
            },
          }),
    },
    ...(hostname === null
      ? {}
      : {
          dst_endpoint: {
            hostname,
            ...(port === null ? {} : { port }),
            ...(service === null ? {} : { svc_name: service }),
          },
        }),
  };
}

function hostAndPort(host: string | null): [string | null, number | null] {
  if (host === null) return [null, null];
  const found = /^(.*):(\d{1,5})$/.exec(host);
  return found === null ? [host, null] : [found[1]!, Number(found[2])];
}

/** The function first (affected), then what the call reached for (target). */
function resourcesOf(finding: Finding, advice: Advice) {
  const list: Record<string, unknown>[] = [
    {
      type: 'AWS::Lambda::Function',
      name: advice.functionName,
      uid: finding.function ?? advice.functionName,
      ...(finding.version === null ? {} : { version: finding.version }),
      role_id: 3,
      role: 'Affected',
    },
  ];
  if (finding.resource !== null) {
    const service = finding.resource.split(':')[2];
    list.push({
      type: finding.resource.startsWith('arn:') && service !== undefined ? service : 'host',
      uid: finding.resource,
      name: nameOf(finding.resource),
      role_id: 1,
      role: 'Target',
    });
  }
  return list;
}
