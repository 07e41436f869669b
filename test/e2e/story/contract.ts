import { beforeAll, describe, expect, it } from 'vitest';
import { ATTACKS } from './attacks.ts';
import type { Story } from './tell.ts';

/** What must hold of every runtime and SDK: the story is told once, then each of its promises is looked at. */
export function describeStory(title: string, skip: boolean, tell: () => Promise<Story>): void {
  describe.skipIf(skip)(title, () => {
    let story: Story;
    beforeAll(async () => {
      story = await tell();
    }, 300_000);

    it('lets normal work be done while it learns, every call arriving once', () => {
      expect(story.learned.wrong).toEqual([]);
      expect(story.learned.arrived).toHaveLength(2 * 30 * 4);
    });

    it('learns from its log what the function does, and no more', () => {
      const { functions } = JSON.parse(story.baseline) as { functions: Record<string, unknown> };
      expect(Object.keys(functions)).toEqual(['arn:aws:lambda:us-east-1:012345678912:function:resize']);
      const actions = [...new Set(story.baseline.match(/"(?:s3|dynamodb|sqs|kms|ses|kinesis):\w+"/g))].sort();
      expect(actions).toEqual(['"dynamodb:PutItem"', '"s3:GetObject"', '"s3:PutObject"', '"sqs:SendMessage"']);
    });

    describe.each(['alert', 'block'] as const)('in %s mode', (mode) => {
      it('leaves normal work alone', () => {
        expect(story[mode].wrong).toEqual([]);
        const { findings } = story[mode];
        expect(findings, findings.map((one) => JSON.stringify(one)).join('\n')).toEqual([]);
      });

      it.each(ATTACKS)('finds $event.do ($detector)', ({ event, detector, action }) => {
        const { findings, invocation } = result(story, mode, event.do);
        const found = findings.filter((one) => one.detector === detector && one.action === action);
        expect(found, JSON.stringify(findings)).not.toEqual([]);
        expect(found[0]).toMatchObject({ blocked: mode === 'block', version: '7' });
        // A connection to another host bears no trace: it is the latest's that was told of.
        if (action !== null) expect(found[0]!.invocation).toBe(invocation);
      });
    });

    it.each(ATTACKS)('lets $event.do through in alert mode', ({ event }) => {
      const { answer, arrived } = result(story, 'alert', event.do);
      expect(answer).toEqual({ result: expect.anything() });
      expect(arrived).toBe(1);
    });

    it.each(ATTACKS)(
      "refuses $event.do in block mode with the SDK's own error, once, and nothing of it arrives",
      (attack) => {
        const { answer, arrived } = result(story, 'block', attack.event.do);
        expect(arrived).toBe(0);
        if (attack.action === null) {
          // Java's serializer leaves out what is null.
          expect({ status: null, ...answer }).toMatchObject({ status: null, error: expect.any(String) });
        } else {
          expect(answer).toMatchObject({ error: expect.stringMatching(/^AccessDenied(Exception)?$/), attempts: 1 });
          expect(answer.status).toBeGreaterThanOrEqual(400);
        }
      },
    );

    it('tells the function why, in the error of the SDK', () => {
      expect(story.block.log).toMatch(/Rolefence refused this call: /);
    });

    it('prints and writes no secret, signature, field or body', () => {
      expect(story.leaks, story.leaks.join('\n')).toEqual([]);
    });
  });
}

function result(story: Story, mode: 'alert' | 'block', name: string) {
  const found = story[mode].attacks.find(({ attack }) => attack.event.do === name);
  if (found === undefined) throw new Error(`${name} was not tried`);
  return found;
}
