import type { Call } from '../../baseline/call.ts';
import type { Deviation } from '../../baseline/detect/deviation.ts';
import { decide, type Judgement } from './decide.ts';
import { applyRules, type Rule } from './rules.ts';
import { createCaps } from './rules-caps.ts';
import type { Example, ExampleCall, Expectation } from './rules-read.ts';

/** What became of one example of a rules file. */
export interface ExampleResult {
  readonly example: Example;
  readonly passed: boolean;
  readonly got: Expectation;
  /** The severest finding; null where nobody is told. */
  readonly severity: string | null;
  /** One sentence where it was told or refused. */
  readonly reason: string | null;
}

/** Holds the examples against the rules, in block mode, as if the baseline had found what each example says. Pure. `today`: YYYY-MM-DD. */
export function tryExamples(rules: readonly Rule[], examples: readonly Example[], today: string): ExampleResult[] {
  return examples.map((example) => {
    const caps = createCaps(rules);
    const call = callOf(example.call, today);
    const found = deviationsOf(example.call, call);
    let judged: Judgement = { verdict: 'allow', findings: [] };
    for (let i = 0; i < example.call.calls; i++) {
      const capped = caps.exceededBy(call);
      judged = decide(call, applyRules(rules, call, found, { refusing: true, before: true, capped }), {
        mode: 'block',
        lenient: false,
      });
      if (judged.verdict !== 'block') caps.count(call);
    }
    const [finding] = judged.findings;
    const severity = finding?.severity ?? null;
    const passed = judged.verdict === example.expect && (example.severity === null || example.severity === severity);
    return { example, passed, got: judged.verdict, severity, reason: finding?.reason ?? null };
  });
}

function callOf(given: ExampleCall, today: string): Call {
  const egress = given.action === null;
  return {
    id: 'example',
    time: `${given.on ?? today}T12:00:00.000Z`,
    function: given.function,
    version: null,
    environment: 'example',
    invocation: 'example',
    service: egress ? null : given.action!.slice(0, given.action!.indexOf(':')),
    operation: egress ? 'CONNECT' : given.action!.slice(given.action!.indexOf(':') + 1),
    certainty: 'exact',
    verdict: null,
    access: egress ? [] : [{ action: given.action!, resources: [given.resource ?? '*'] }],
    region: given.region,
    account: given.account,
    accessKeyId: given.accessKey,
    ownAccessKeyId: null,
    issuedAccessKeyId: null,
    prefix: null,
    host: given.host,
    items: null,
    bytesOut: null,
    bytesIn: null,
    status: null,
    errorCode: null,
    durationMs: null,
  };
}

/** Detectors of what lies outside the scope by its nature; what the others find is only unusual. */
const SCOPE = new Set(['action', 'resource', 'region', 'credential', 'egress', 'certainty']);

function deviationsOf(given: ExampleCall, call: Call): Deviation[] {
  if (given.detector === null) return [];
  return [
    {
      detector: given.detector,
      kind: SCOPE.has(given.detector) ? 'scope' : 'unusual',
      key: 'example',
      severity: 'medium',
      score: 1,
      action: given.action,
      resource: given.resource ?? call.host,
      reason: `${given.action ?? call.host} is outside the baseline`,
      techniques: [],
      about: 'call',
    },
  ];
}
