import { SEVERITIES, type Severity } from '../../baseline/finding.ts';
import { either } from '../either.ts';

export const SINK_NAMES = ['log', 'cloudwatch', 'sns', 'eventbridge', 'securityhub', 'webhook'] as const;
export type SinkName = (typeof SINK_NAMES)[number];

/** Where findings go and how often, from the ROLEFENCE_* variables. */
export interface AlertSettings {
  /** Without those that lack what they need. What is critical or refused goes to the log in any case. */
  readonly sinks: readonly SinkName[];
  /** Null where there is no sns sink; likewise below. */
  readonly snsTopicArn: string | null;
  /** Name or ARN. */
  readonly eventBus: string;
  readonly webhookUrl: string | null;
  /** Key of the HMAC over each webhook message; nothing ever prints it. */
  readonly webhookSecret: string | null;
  /** The role that sends; null for the function's own. */
  readonly sinkRoleArn: string | null;
  /** What is less severe goes to the log only. */
  readonly leastSeverity: Severity;
  /** One finding once per environment and key in so many seconds. */
  readonly windowSeconds: number;
  /** Messages per environment, sink and hour. */
  readonly messagesPerHour: number;
  /** How long a call waits for what it raised to be taken by the sinks, milliseconds, where that is at least high; 0 for never. */
  readonly waitMs: number;
  /** Calls, blocks, latency and their like as metrics. */
  readonly metrics: boolean;
}

export const DEFAULT_ALERTS: AlertSettings = Object.freeze({
  sinks: ['log'] as const,
  snsTopicArn: null,
  eventBus: 'default',
  webhookUrl: null,
  webhookSecret: null,
  sinkRoleArn: null,
  leastSeverity: 'low',
  windowSeconds: 900,
  messagesPerHour: 20,
  waitMs: 250,
  metrics: true,
});

const ARN = /^arn:aws[a-z-]*:/;

/**
 * Reads them. What cannot be understood is named in `problem`, with what was expected and what holds instead: its default, or the sink that needs it is left out. Values of
 * secrets are never repeated.
 */
export function readAlertSettings(
  env: Readonly<Record<string, string | undefined>>,
  problem: (what: string, instead: string) => void,
): AlertSettings {
  const text = (name: string): string | null => env[name]?.trim() || null;
  /** Null, and a problem, where it is set to something else. */
  const matching = (name: string, pattern: RegExp, expected: string, consequence: string): string | null => {
    const value = text(name);
    if (value === null || pattern.test(value)) return value;
    problem(`${name} is ${quoted(value)}, expected ${expected}`, consequence);
    return null;
  };
  const whole = (name: string, fallback: number, least: number, most: number): number => {
    const value = text(name);
    if (value === null) return fallback;
    if (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    problem(`${name} is ${quoted(value)}, expected a whole number from ${least} to ${most}`, `${fallback} holds`);
    return fallback;
  };
  const choice = <T extends string>(name: string, values: readonly T[], fallback: T): T => {
    const value = text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    const known = values.find((one) => one === value);
    if (known !== undefined) return known;
    problem(`${name} is ${quoted(value)}, expected ${either(values)}`, `${fallback} holds`);
    return fallback;
  };

  const named = new Set<SinkName>();
  const asked = (text('ROLEFENCE_SINKS') ?? 'log').toLowerCase().split(/[\s,]+/);
  for (const word of asked.filter((one) => one !== '')) {
    const known = SINK_NAMES.find((name) => name === word);
    if (known !== undefined) named.add(known);
    else
      problem(`ROLEFENCE_SINKS names ${quoted(word)}, expected a list of ${SINK_NAMES.join(', ')}`, 'it is left out');
  }
  const without = (sink: SinkName) => `findings do not go to ${sink}`;
  const needs = (sink: SinkName, variable: string, present: boolean, expected: string) => {
    if (!named.has(sink) || present) return;
    named.delete(sink);
    if (text(variable) === null) problem(`${variable} is not set, expected ${expected}`, without(sink));
  };

  const topic = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/;
  const snsTopicArn = matching('ROLEFENCE_SNS_TOPIC_ARN', topic, 'the ARN of an SNS topic', without('sns'));
  needs('sns', 'ROLEFENCE_SNS_TOPIC_ARN', snsTopicArn !== null, 'the ARN of an SNS topic');

  const busForm = /^(?:[\w./-]{1,256}|arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]+)$/;
  const eventBus = matching('ROLEFENCE_EVENT_BUS', busForm, 'name or ARN of an event bus', without('eventbridge'));
  if (text('ROLEFENCE_EVENT_BUS') !== null) {
    needs('eventbridge', 'ROLEFENCE_EVENT_BUS', eventBus !== null, 'name or ARN of an event bus');
  }

  let webhookUrl = text('ROLEFENCE_WEBHOOK_URL');
  if (webhookUrl !== null && !isHttps(webhookUrl)) {
    // Its path is often the secret itself.
    problem(
      'ROLEFENCE_WEBHOOK_URL is no URL that begins with https:// and holds no user or password',
      without('webhook'),
    );
    webhookUrl = null;
  }
  const webhookSecret = text('ROLEFENCE_WEBHOOK_SECRET');
  needs('webhook', 'ROLEFENCE_WEBHOOK_URL', webhookUrl !== null, 'an https:// URL');
  if (webhookSecret !== null && webhookSecret.length < 16 && named.has('webhook')) {
    problem('ROLEFENCE_WEBHOOK_SECRET is too short, expected at least 16 characters', without('webhook'));
    named.delete('webhook');
  }
  needs('webhook', 'ROLEFENCE_WEBHOOK_SECRET', webhookSecret !== null, 'the key that messages are signed with');

  const roleForm = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
  const sinkRoleArn = matching(
    'ROLEFENCE_SINK_ROLE_ARN',
    roleForm,
    'the ARN of a role',
    "the function's own role sends",
  );
  if (named.size === 0) named.add('log');

  return Object.freeze({
    sinks: [...named],
    snsTopicArn,
    eventBus: eventBus ?? 'default',
    webhookUrl,
    webhookSecret,
    sinkRoleArn,
    leastSeverity: choice('ROLEFENCE_SINK_SEVERITY', SEVERITIES, DEFAULT_ALERTS.leastSeverity),
    windowSeconds: whole('ROLEFENCE_SINK_WINDOW_S', DEFAULT_ALERTS.windowSeconds, 1, 86_400),
    messagesPerHour: whole('ROLEFENCE_SINK_BUDGET', DEFAULT_ALERTS.messagesPerHour, 1, 10_000),
    waitMs: whole('ROLEFENCE_SINK_WAIT_MS', DEFAULT_ALERTS.waitMs, 0, 5_000),
    metrics: choice('ROLEFENCE_METRICS', ['on', 'off'], 'on') === 'on',
  });
}

function isHttps(text: string): boolean {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}

/** The first 12 characters of a long value: settings are no secrets, but one pasted into the wrong variable might be. */
const quoted = (value: string): string =>
  `"${value.length > 24 && !ARN.test(value) ? `${value.slice(0, 12)}…` : value.slice(0, 200)}"`;
