import { describe, expect, it } from 'vitest';
import { DEFAULT_ALERTS, readAlertSettings } from '../../../extension/alerts/settings.ts';

function read(env: Record<string, string>) {
  const problems: string[] = [];
  const settings = readAlertSettings(env, (what, instead) => problems.push(`${what}: ${instead}`));
  return { settings, problems };
}
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:findings';

describe('the settings of sinks', () => {
  it('send findings to the log where nothing is set', () => {
    expect(read({})).toEqual({ settings: DEFAULT_ALERTS, problems: [] });
  });
  it('take a list', () => {
    const { settings, problems } = read({
      ROLEFENCE_SINKS: 'log, SNS eventbridge,securityhub,cloudwatch,webhook',
      ROLEFENCE_SNS_TOPIC_ARN: TOPIC,
      ROLEFENCE_EVENT_BUS: 'security',
      ROLEFENCE_WEBHOOK_URL: 'https://hooks.example/x',
      ROLEFENCE_WEBHOOK_SECRET: 'sixteen-letters!',
      ROLEFENCE_SINK_ROLE_ARN: 'arn:aws:iam::111122223333:role/findings',
      ROLEFENCE_SINK_SEVERITY: 'High',
      ROLEFENCE_SINK_WINDOW_S: '60',
      ROLEFENCE_SINK_BUDGET: '5',
      ROLEFENCE_SINK_WAIT_MS: '0',
      ROLEFENCE_METRICS: 'off',
    });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      sinks: ['log', 'sns', 'eventbridge', 'securityhub', 'cloudwatch', 'webhook'],
      snsTopicArn: TOPIC,
      eventBus: 'security',
      leastSeverity: 'high',
      windowSeconds: 60,
      messagesPerHour: 5,
      waitMs: 0,
      metrics: false,
    });
  });
  it.each([
    ['ROLEFENCE_SINKS', 'lgo', {}, 'a list of log, cloudwatch'],
    ['ROLEFENCE_SNS_TOPIC_ARN', 'findings', { ROLEFENCE_SINKS: 'sns' }, 'the ARN of an SNS topic'],
    ['ROLEFENCE_EVENT_BUS', 'a bus!', { ROLEFENCE_SINKS: 'eventbridge' }, 'name or ARN of an event bus'],
    ['ROLEFENCE_WEBHOOK_URL', 'http://hooks.example', { ROLEFENCE_SINKS: 'webhook' }, 'begins with https://'],
    ['ROLEFENCE_SINK_ROLE_ARN', 'findings', {}, 'the ARN of a role'],
    ['ROLEFENCE_SINK_SEVERITY', 'loud', {}, 'info, low, medium, high or critical'],
    ['ROLEFENCE_SINK_BUDGET', '0', {}, 'a whole number from 1 to 10000'],
    ['ROLEFENCE_METRICS', 'some', {}, 'on or off'],
  ])('name %s=%s with what was expected', (name, value, more, expected) => {
    const { settings, problems } = read({ ...more, [name]: value });
    expect(problems.join('\n')).toContain(name);
    expect(problems.join('\n')).toContain(expected);
    expect(settings.sinks, 'findings are never lost for a typo').toContain('log');
  });
  it.each([
    ['sns', 'ROLEFENCE_SNS_TOPIC_ARN'],
    ['webhook', 'ROLEFENCE_WEBHOOK_URL'],
  ])('leave out %s where %s is missing, and the log takes over', (sink, variable) => {
    const { settings, problems } = read({ ROLEFENCE_SINKS: sink });
    expect(settings.sinks).toEqual(['log']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(variable);
  });
  it('never repeat a secret', () => {
    const { problems } = read({
      ROLEFENCE_SINKS: 'webhook',
      ROLEFENCE_WEBHOOK_URL: 'ftp://user:TOPSECRET@x/TOPSECRET',
      ROLEFENCE_WEBHOOK_SECRET: 'TOPSECRET',
    });
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join()).not.toContain('TOPSECRET');
  });
});
