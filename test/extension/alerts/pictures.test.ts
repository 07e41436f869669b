import { describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { createToldSink } from '../../../cli/sensor/told-sink.ts';
import { messageFor } from '../../../extension/alerts/message.ts';
import { createGuard } from '../../../extension/guard/guard.ts';
import { call } from './findings.ts';
import { drawn, pictureOf } from './picture.ts';

/** An image resizer that reads photos, and then an intruder in it: what the guard finds of that, and in which order. */
function intrusion() {
  const learner = createLearner();
  const get = (resource: string) => ({ access: [{ action: 's3:GetObject', resources: [resource] }] });
  for (let n = 0; n < 50; n++) {
    learner.observe(
      call({ ...get(`arn:aws:s3:::photos/${n}.bmp`), invocation: `i${n}`, verdict: 'allow', status: 200 }),
    );
  }
  const guard = createGuard({ mode: 'block', onFailure: 'closed', newVersion: 'block' });
  guard.arm(learner.document(), null);
  const calls = [
    call({ ...get('arn:aws:s3:::backups/2025.tgz'), invocation: 'req-1' }),
    call({
      service: 'dynamodb',
      operation: 'Scan',
      access: [{ action: 'dynamodb:Scan', resources: ['arn:aws:dynamodb:eu-west-1:111122223333:table/customers'] }],
      host: 'dynamodb.eu-west-1.amazonaws.com',
      invocation: 'req-1',
      id: 'a1b2-18',
    }),
    ...Array.from({ length: 11 }, (_, n) =>
      call({ ...get(`arn:aws:s3:::backups/${n}.tgz`), invocation: 'req-2', id: `a1b2-${n + 19}` }),
    ),
  ];
  return calls.flatMap((one) => guard.before(one).findings.map((finding) => ({ finding, call: one })));
}

/** `vitest -u` draws them anew. */
describe('the pictures in the documentation are what is really said', () => {
  it('on a terminal', async () => {
    const lines = ['$ rolefence run --mode block --baseline rolefence.json -- node app.mjs'];
    const sink = createToldSink((line) => lines.push(line), drawn);
    for (const { finding } of intrusion()) sink.deliver(finding);
    await sink.flush(0, true);
    expect(lines.length).toBeGreaterThan(3);
    await expect(pictureOf('rolefence run', lines, 110)).toMatchFileSnapshot('../../../docs/findings-terminal.svg');
  });

  it('in a mail', async () => {
    const [first] = intrusion();
    const { subject, text } = messageFor({ notices: [{ ...first!, count: 12, first: 0, last: 0 }], omitted: {} });
    const lines = [drawn.bold(`Subject: ${subject}`), '', ...text.trimEnd().split('\n')];
    await expect(pictureOf('Mail from SNS', lines, 110)).toMatchFileSnapshot('../../../docs/findings-mail.svg');
  });
});
