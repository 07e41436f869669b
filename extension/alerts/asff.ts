import type { Finding, Severity } from '../../baseline/finding.ts';
import { adviceOn, short } from './advice.ts';
import { technique, techniqueUrl } from './attack.ts';
import { nameOf } from './function-name.ts';
import { type Context, findingUid, timeOf, toldOf } from './ocsf.ts';
import { placeOf } from './place.ts';

/** A finding in AWS Security Finding Format, as BatchImportFindings takes it. */
export type AsffFinding = Readonly<Record<string, unknown>>;

const LABEL: Readonly<Record<Severity, string>> = {
  info: 'INFORMATIONAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};

/** Where the account is not known ASFF still wants twelve digits: this stands for "unknown" in files; the sink never sends it. */
const NO_ACCOUNT = '000000000000';

/**
 * The finding for Security Hub. Pure. Same environment, detector and key: same `Id`, so Security Hub updates the finding that it has. Lengths are ASFF's
 * limits: Title 256, Description 1024, Recommendation 512.
 */
export function toAsff(finding: Finding, context: Context = {}): AsffFinding {
  const advice = adviceOn(finding);
  const place = placeOf(finding, context);
  const account = place.account ?? NO_ACCOUNT;
  const region = place.region ?? 'us-east-1';
  const at = timeOf(finding, context);
  const told = toldOf(finding, at);
  const first = context.first ?? told;
  const last = context.last ?? told;
  const functionId = finding.function?.startsWith('arn:')
    ? finding.function
    : `arn:${place.partition}:lambda:${region}:${account}:function:${advice.functionName}`;
  return {
    SchemaVersion: '2018-10-08',
    Id: `rolefence/${region}/${account}/${findingUid(finding)}`,
    ProductArn: `arn:${place.partition}:securityhub:${region}:${account}:product/${account}/default`,
    ProductName: 'Rolefence',
    CompanyName: 'Rolefence',
    GeneratorId: `rolefence/${finding.detector}`,
    AwsAccountId: account,
    Region: region,
    Types: typesOf(finding),
    FirstObservedAt: isoOf(Math.min(first, at)),
    LastObservedAt: isoOf(context.last ?? at),
    CreatedAt: isoOf(first),
    UpdatedAt: isoOf(last),
    Severity: { Label: LABEL[finding.severity], Original: finding.severity },
    Confidence: Math.round(finding.score * 100),
    Title: short(advice.title, 256),
    Description: short(finding.reason, 1_024),
    Remediation: { Recommendation: { Text: short(`Next: ${advice.next}`, 512), ...urlOf(finding) } },
    ProductFields: productFields({
      'rolefence/key': finding.key,
      'rolefence/detector': finding.detector,
      'rolefence/normal': advice.normal,
      'rolefence/version': finding.version,
      'rolefence/environment': finding.environment,
      'rolefence/invocation': finding.invocation,
      'rolefence/callId': finding.callId,
      'rolefence/count': `${context.count ?? 1}`,
      'rolefence/blocked': `${finding.blocked}`,
      'rolefence/allow': advice.statements === null ? null : JSON.stringify(advice.statements.allow),
      'rolefence/forbid': advice.statements === null ? null : JSON.stringify(advice.statements.forbid),
      'rolefence/techniques': finding.techniques.join(',') || null,
      'rolefence/next': advice.next,
    }),
    Resources: [
      {
        Type: 'AwsLambdaFunction',
        Id: functionId,
        Partition: place.partition,
        Region: region,
        Details: { AwsLambdaFunction: { FunctionName: advice.functionName, ...versionOf(finding) } },
      },
      ...(finding.resource === null
        ? []
        : [
            {
              Type: 'Other',
              Id: short(finding.resource, 512),
              Details: { Other: { name: short(nameOf(finding.resource), 1_024) } },
            },
          ]),
    ],
    Action: actionOf(finding),
    RecordState: 'ACTIVE',
    WorkflowState: 'NEW',
    Workflow: { Status: 'NEW' },
  };
}

const isoOf = (time: number): string => new Date(time).toISOString();

const versionOf = (finding: Finding) => (finding.version === null ? {} : { Version: finding.version });

function urlOf(finding: Finding): { Url?: string } {
  const [first] = finding.techniques;
  return first === undefined ? {} : { Url: techniqueUrl(first) };
}

/** Namespace/category/classifier, of ASFF's own words where there is one. */
function typesOf(finding: Finding): string[] {
  const types = new Set([`Unusual Behaviors/Serverless/Rolefence-${finding.detector}`]);
  for (const uid of finding.techniques) {
    for (const { uid: tactic, name } of technique(uid)?.tactics ?? []) {
      if (tactic === 'TA0010') types.add(`Effects/Data Exfiltration/${uid}`);
      else if (tactic === 'TA0040') types.add(`Effects/Data Destruction/${uid}`);
      else types.add(`TTPs/${name}/${uid}`);
    }
  }
  return [...types].slice(0, 50);
}

function actionOf(finding: Finding) {
  if (finding.detector === 'egress') {
    return {
      ActionType: 'NETWORK_CONNECTION',
      NetworkConnectionAction: { ConnectionDirection: 'OUTBOUND', Blocked: finding.blocked },
    };
  }
  const [service, api] = finding.action?.split(':') ?? [];
  if (service === undefined || api === undefined) return { ActionType: 'AWS_API_CALL' };
  return {
    ActionType: 'AWS_API_CALL',
    AwsApiCallAction: { Api: api, ServiceName: `${service}.amazonaws.com` },
  };
}

function productFields(fields: Readonly<Record<string, string | null>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields))
    if (value !== null && value !== '') kept[name] = short(value, 2_048);
  return kept;
}
