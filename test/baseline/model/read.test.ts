import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { BaselineError } from '../../../baseline/model/baseline-error.ts';
import { mergeBaselines } from '../../../baseline/model/merge.ts';
import type { Migration } from '../../../baseline/model/migrate.ts';
import { parseBaseline, readBaseline } from '../../../baseline/model/read.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { coverage } from '../../../baseline/review/coverage.ts';
import { anyCall } from '../arbitrary.ts';
import { call, get, resized, uuid } from '../calls.ts';

const learner = createLearner();
for (let n = 0; n < 60; n++) for (const one of resized(uuid(n), `inv-${n}`)) learner.observe(one);
const text = serializeBaseline(learner.document());

const errorOf = (input: string): BaselineError => {
  try {
    parseBaseline(input, 'b.json');
  } catch (error) {
    expect(error).toBeInstanceOf(BaselineError);
    return error as BaselineError;
  }
  throw new Error('it was read');
};

describe('a text that is no baseline gets one sentence with source, place and what was expected', () => {
  it.each([
    ['nothing', '', 'b.json is empty'],
    ['blank', ' \n\t', 'b.json is empty'],
    ['no JSON', 'hello', 'b.json is not valid JSON'],
    ['cut off', text.slice(0, text.length >> 1), 'b.json is not valid JSON'],
    ['a list', '[]', '$ is [], expected an object'],
    ['another document', '{"Records":[]}', '$.format is missing, expected "rolefence.baseline/1"'],
    [
      'a later version',
      '{"format":"rolefence.baseline/9","functions":{}}',
      'this version of rolefence reads "rolefence.baseline/1"',
    ],
    [
      'functions as a list',
      '{"format":"rolefence.baseline/1","functions":[]}',
      '$.functions is [], expected an object',
    ],
    [
      'a count below 0',
      '{"format":"rolefence.baseline/1","functions":{"f":{"invocations":-1}}}',
      '$.functions.f.invocations is -1, expected a number of 0 or more',
    ],
    [
      'a sketch that is none',
      '{"format":"rolefence.baseline/1","functions":{"f":{"invocations":[3,"!"]}}}',
      'expected a count, or [count, sketch, days]',
    ],
    [
      'a time that is none',
      '{"format":"rolefence.baseline/1","functions":{"f":{"from":"yesterday"}}}',
      '$.functions.f.from is "yesterday", expected a time',
    ],
    [
      'a step that is not there',
      '{"format":"rolefence.baseline/1","functions":{"f":{"order":{"steps":["a"],"follows":{"0":{"7":"*"}}}}}}',
      'expected the index of a step',
    ],
    ...['9', 'Jan 1 2026', 'Z 2026', '+012345-01-01T00:00:00.000Z'].map((to): [string, string, string] => [
      'a time that is greater as a text than all that come after it',
      `{"format":"rolefence.baseline/1","functions":{"f":{"to":"${to}"}}}`,
      `$.functions.f.to is "${to}", expected a time (ISO 8601, UTC)`,
    ]),
    [
      'a step named as what is none, answered with an error',
      '{"format":"rolefence.baseline/1","functions":{"f":{"order":{"steps":["a","start!!"],"follows":{}}}}}',
      '$.functions.f.order.steps[1] is "start!!", expected an operation with its resource, or a host',
    ],
    [
      'a step named as what is none',
      '{"format":"rolefence.baseline/1","functions":{"f":{"order":{"steps":["again"],"follows":{}}}}}',
      '$.functions.f.order.steps[0] is "again", expected an operation with its resource, or a host',
    ],
    [
      'a place with a number',
      '{"format":"rolefence.baseline/1","functions":{"f":{"several":{"s3:GetObject":3}}}}',
      '$.functions.f.several["s3:GetObject"] is 3, expected a string',
    ],
    [
      'a place that has no such name',
      '{"format":"rolefence.baseline/1","functions":{"f":{"repeats":{"s3:GetObject b/":{"7":{}}}}}}',
      '$.functions.f.repeats["s3:GetObject b/"]["7"] is {}, expected the depth of a folder, "0" to "2", or "file"',
    ],
  ])('%s', (_, input, expected) => {
    const { message } = errorOf(input);
    expect(message).toContain(expected);
    expect(message).toContain('b.json');
    expect(message).not.toContain('\n');
  });

  it('wherever it is cut off', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 3), (at) => void errorOf(text.slice(0, at))),
      { numRuns: 60 },
    );
  });
});

describe('a document by hand', () => {
  const document = parseBaseline(
    JSON.stringify({
      format: 'rolefence.baseline/1',
      functions: {
        resize: {
          actions: {
            's3:GetObject': { resources: { 'arn:aws:s3:::photos/uploads/{uuid}.jpg': 0 }, regions: { 'eu-west-1': 0 } },
          },
        },
      },
    }),
    'b.json',
  );

  it('covers what it says, and no more', () => {
    const judge = createJudge(document.functions.resize!);
    expect(judge.before(get(`photos/uploads/${uuid(1)}.jpg`))).toEqual([]);
    expect(judge.before(get('photos/other/x.jpg'))).toMatchObject([{ detector: 'resource', kind: 'scope' }]);
    expect(judge.after(get(`photos/uploads/${uuid(1)}.jpg`))).toEqual([]);
  });

  it('says how little it knows', () => {
    expect(coverage(document).functions[0]).toMatchObject({ alertReady: false, blockReady: false, upper: 1 });
  });

  it('of an older form, without what later ones say, is read and never judged by what it lacks', () => {
    const older = JSON.parse(text);
    delete older.functions.resize.several;
    older.functions.resize.sample = older.functions.resize.sample.map((line: string) =>
      line.replace(/[A-Za-z_-]{2}(?= |$)/g, (at: string, i: number) => (i < 6 ? at : '')),
    );
    const read = parseBaseline(JSON.stringify(older), 'old.json');
    const judge = createJudge(read.functions.resize!);
    const found = [1, 2].flatMap((n) => judge.after(get(`photos/uploads/${uuid(n)}.jpg`, { invocation: 'two' })));
    expect(found.filter(({ detector }) => detector === 'company' || detector === 'drift')).toEqual([]);
    expect(mergeBaselines([read, learner.document()]).functions.resize!.several).toBeUndefined();
  });
});

describe('a document of an older format', () => {
  /** Two formats that never were: maps were lists once, and the list had another name before. */
  const steps: readonly Migration[] = [
    {
      from: 'rolefence.baseline/0.2',
      to: 'rolefence.baseline/1',
      migrate: ({ list, ...rest }) => ({
        ...rest,
        functions: Object.fromEntries((list as { name: string }[]).map(({ name, ...one }) => [name, one])),
      }),
    },
    {
      from: 'rolefence.baseline/0.1',
      to: 'rolefence.baseline/0.2',
      migrate: ({ all, ...rest }) => ({ ...rest, list: all }),
    },
  ];
  const resize = { ...JSON.parse(text).functions.resize, name: 'resize' };

  it('is read by every step from there to here', () => {
    const now = readBaseline(JSON.parse(text), 'b.json', steps);
    expect(readBaseline({ format: 'rolefence.baseline/0.2', list: [resize] }, 'old.json', steps)).toEqual(now);
    expect(readBaseline({ format: 'rolefence.baseline/0.1', all: [resize] }, 'old.json', steps)).toEqual(now);
  });

  it('is checked when it has come here: errors name its place', () => {
    const broken = { format: 'rolefence.baseline/0.1', all: [{ ...resize, actions: [] }] };
    expect(() => readBaseline(broken, 'old.json', steps)).toThrow('$.functions.resize.actions is []');
  });

  it('that no step begins at, or that goes in circles, is none that we read', () => {
    const same = (document: Readonly<Record<string, unknown>>) => document;
    const circle = [
      { from: 'a', to: 'b', migrate: same },
      { from: 'b', to: 'a', migrate: same },
    ];
    const old = { format: 'rolefence.baseline/0.0' };
    expect(() => readBaseline(old, 'old.json', steps)).toThrow('this version of rolefence reads');
    expect(() => readBaseline({ format: 'a' }, 'old.json', circle)).toThrow('this is no baseline document');
  });
});

describe('whatever is learned', () => {
  it('is judged without a throw, also against calls that contradict it', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 60 }), fc.array(anyCall, { maxLength: 60 }), (known, calls) => {
        const other = createLearner();
        for (const one of known) other.observe(one);
        const baseline = parseBaseline(serializeBaseline(other.document()), 'b.json').functions.resize;
        const judge = createJudge(
          baseline ?? parseBaseline('{"format":"rolefence.baseline/1","functions":{"f":{}}}', 'b').functions.f!,
        );
        for (const [i, one] of calls.entries()) {
          const given = { ...one, id: `${i}` };
          expect(judge.before(given)).toEqual(judge.before(given));
          judge.after(given);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stays small with names, hosts and bodies without end', () => {
    const endless = createLearner();
    for (let n = 0; n < 3_000; n++) {
      endless.observe(
        get(`${'x'.repeat(900)}/${n}/${uuid(n)}/${'y'.repeat(60)}`, {
          invocation: `i${n}`,
          bytesIn: Number.MAX_SAFE_INTEGER,
        }),
      );
      endless.observe(
        call({ service: null, operation: 'CONNECT', access: [], host: `h${n}.example.com:443`, invocation: `i${n}` }),
      );
    }
    expect(serializeBaseline(endless.document()).length).toBeLessThan(256 * 1024);
  });
});
