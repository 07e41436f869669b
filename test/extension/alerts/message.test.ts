import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../cli/commands.ts';
import { adviceOn } from '../../../extension/alerts/advice.ts';
import { messageFor } from '../../../extension/alerts/message.ts';
import { call, EVERY_KIND, finding } from './findings.ts';

const notice = (one = finding(), count = 1) => ({ finding: one, call: call(), count, first: 0, last: 0 });

describe('the message for people', () => {
  it('says what happened, what is normal instead, how to allow and forbid it, and what to run next', () => {
    const { subject, text } = messageFor({ notices: [notice(finding(), 12)], omitted: {} });
    expect(subject).toBe('Rolefence high: resize: blocked: s3:GetObject');
    expect(text).toContain('BLOCKED: the call did not leave the function.');
    expect(text).toContain('s3:GetObject on bucket backups that this function has never used.');
    expect(text).toMatch(/normal is +photos/);
    expect(text).toMatch(/to allow it +\{"Sid":"AllowS3GetObject","Effect":"Allow"/);
    expect(text).toMatch(/to forbid it +\{"Sid":"DenyS3GetObject","Effect":"Deny"/);
    expect(text).toMatch(/next +rolefence respond timeline resize --live/);
    expect(text).toContain('12 times');
  });

  it('is shown in the documentation as it is', () => {
    const docs = readFileSync(new URL('../../../docs/findings.md', import.meta.url), 'utf8');
    const { subject, text } = messageFor({ notices: [notice(finding(), 12)], omitted: {} });
    expect(docs).toContain(`Subject: ${subject}\n\n${text}`);
  });

  it.each(EVERY_KIND.map((one) => [one.key, one] as const))('has a subject that SNS takes: %s', (_key, one) => {
    const { subject } = messageFor({ notices: [notice(one)], omitted: {} });
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });

  it('tells many findings in one message: the worst in full, the others in a line, the rest by number', () => {
    const notices = Array.from({ length: 20 }, (_, n) => notice(finding({ key: `k${n}`, action: `s3:k${n}` })));
    const { subject, text } = messageFor({ notices, omitted: { high: 7 } });
    expect(subject).toMatch(/\(\+20\)$/);
    expect(text.match(/BLOCKED/g)).toHaveLength(3);
    for (let n = 3; n < 20; n++) expect(text).toContain(`blocked  s3:k${n} arn:aws:s3:::backups/*`);
    expect(text).toContain('7 of severity high');
  });

  it('names the hours in which the function runs, and never the call that it happened to begin with', () => {
    const [hour] = EVERY_KIND.filter(({ detector }) => detector === 'hours');
    expect(adviceOn(hour!)).toMatchObject({
      title: 'resize: unusual: run outside 02:00 to 03:00 UTC',
      deviation: 'This function ran at 13:14 UTC',
      normal: '02:00 to 03:00 UTC, day after day',
      next: 'rolefence respond timeline resize --live',
    });
  });

  it('names the step that is missing, and leads to what shows it', () => {
    const [missing] = EVERY_KIND.filter(({ detector }) => detector === 'omission');
    expect(adviceOn(missing!)).toEqual({
      functionName: 'resize',
      title: 'resize: left out or cut short: dynamodb:PutItem',
      deviation: 'Of the last 4 invocations 4 ended without dynamodb:PutItem on table/audit',
      normal: 'none of 128 looked at',
      statements: null,
      next: 'rolefence respond timeline resize --live',
    });
    expect(messageFor({ notices: [notice(missing!)], omitted: {} }).text).not.toContain('The call went through');
  });

  it.each(['order', 'company', 'drift', 'age', 'volume'])('leads to the calls beside what %s found', (detector) => {
    const advice = adviceOn(finding({ detector, severity: 'medium', blocked: false }));
    expect(advice.next).toBe('rolefence respond timeline resize --live');
  });

  it('takes no name for what is normal', () => {
    const reason =
      's3:GetObject on x; normal is this in bucket photos, a path that this function has never used; normal is {n}.jpg; told already in this invocation';
    expect(adviceOn(finding({ reason }))).toMatchObject({
      deviation: 's3:GetObject on x; normal is this in bucket photos, a path that this function has never used',
      normal: '{n}.jpg',
    });
  });

  it('says that nothing of a service is normal where that is so', () => {
    const reason = 'This function has never used sqs:SendMessage; normal is nothing of sqs';
    expect(adviceOn(finding({ reason }))).toMatchObject({
      deviation: 'This function has never used sqs:SendMessage',
      normal: 'nothing of sqs',
    });
  });

  it('advises commands that there are', () => {
    const names = new Set(commands.map(({ name }) => name));
    for (const one of [...EVERY_KIND, finding({ detector: 'rule' }), finding({ detector: 'bypass' })]) {
      const [program, command] = adviceOn(one).next.split(' ');
      expect(program).toBe('rolefence');
      expect(names, one.detector).toContain(command);
    }
  });
});
