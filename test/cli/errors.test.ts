import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { intrusion, jsonl, ordinary } from './calls.ts';
import { rolefence, sentence, testFolder } from './tool.ts';

const folder = testFolder();
beforeAll(async () => {
  await rolefence(['learn', '--out', folder.at('b.json')], { input: jsonl(ordinary(20)) });
});

describe('rolefence', () => {
  it('lists its commands, and each explains itself with examples', async () => {
    const overview = await rolefence(['--help']);
    expect(overview).toMatchObject({ code: 0, stderr: '' });
    for (const { name } of commands) expect(overview.stdout).toContain(`\n  ${name}`);
    const own = commands.filter(({ name }) =>
      ['run', 'proxy', 'identify', 'learn', 'replay', 'baseline', 'completion'].includes(name),
    );
    for (const entry of own) {
      const command = await entry.load();
      expect(command.help, entry.name).toMatch(new RegExp(`Usage: rolefence ${entry.name}[^]*Examples:\\n {2}`));
    }
    const [asked, other] = await Promise.all([rolefence(['help', 'replay']), rolefence(['replay', '--help'])]);
    expect(asked.stdout).toBe(other.stdout);
    expect((await rolefence(['baseline', 'merge', '--help'])).stdout).toContain('Usage: rolefence baseline merge');
    expect((await rolefence(['--version'])).stdout).toMatch(/^rolefence \d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], 'a command is missing'],
    [['repaly'], 'there is no command "repaly": did you mean replay?'],
    [['frobnicate'], 'there is no command "frobnicate": run, proxy'],
    [['--mode', 'block'], '--mode is not an option here: a command comes first'],
    [['baseline'], 'a command is missing: show, diff'],
    [['baseline', 'aprove', 'x'], 'baseline has no command "aprove": did you mean approve?'],
    [['rules', 'tst', 'x'], 'rules has no command "tst": did you mean test?'],
    [['baseline', 'diff', 'x'], 'rolefence baseline diff: baseline diff takes OLD and NEW, not 1 file'],
    [['replay', '--baseline', 'nowhere.json', 'x'], 'x: no such file or folder'],
    [['run', '--baseline', 'nowhere.json', '--', 'true'], 'nowhere.json cannot be read (no such file or folder)'],
    [['run', '--mode', 'block', '--baseline', '/', '--', 'true'], 'cannot be read (it is a folder)'],
    [['report', '--findings', 'x', '--serve', '--out', 'x.html'], '--serve shows the report and writes nothing'],
    [['learn', '--uot', 'x'], '--uot is not an option of learn (did you mean --out?)'],
    [['learn', '--out'], '--out needs a value'],
    [['replay', '--json=yes', '--baseline', 'x'], '--json takes no value'],
    [['learn', '--out', '', 'x'], '--out needs the name of a file'],
    [['learn', '--out', '-', 'x'], "--out must be the name of a file, not '-'"],
    [['learn', '--out', 'x', '-', '-'], 'standard input (-) can be read only once'],
    [['baseline', 'show', '--format', 'yaml', 'x'], "--format must be text or json, not 'yaml'"],
    [['completion', 'tcsh'], "the shell must be bash, zsh or fish, not 'tcsh'"],
  ])('answers %j with one sentence and exit 2', async (args, said) => {
    expect(sentence(await rolefence(args))).toContain(said);
  });

  it('does not repeat a long value: it may be a secret in the wrong place', async () => {
    const ended = await rolefence(['replay', '--mode', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '--baseline', 'x']);
    expect(sentence(ended)).not.toContain('K7MDENG');
  });
});

describe('what is no input', () => {
  const files: [name: string, content: string | Uint8Array | null, said: RegExp][] = [
    [
      'binary.jsonl',
      Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 256),
      /binary\.jsonl:1: not valid JSON/,
    ],
    ['binary.log', Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 256), /binary\.log: no Call record/],
    ['cut.jsonl.gz', gzipSync(jsonl(ordinary(50))).subarray(0, 400), /cut\.jsonl\.gz: the gzip data ends too early/],
    ['corrupt.gz', corrupt(gzipSync(jsonl(ordinary(50)))), /corrupt\.gz: the gzip data is corrupt/],
    ['plain.gz', jsonl(ordinary(1)), /plain\.gz: it does not begin as gzip does/],
    ['half.jsonl', '{"service":"s3"', /half\.jsonl:1: not valid JSON/],
    ['half.json', '{\n "Records": [\n  {},\n', /half\.json:3: not valid JSON/],
    ['comma.json', '{\n "Records": [\n  {},\n  ,\n ]\n}\n', /comma\.json:4: not valid JSON/],
    [
      'types.jsonl',
      `${jsonl(ordinary(2))}{"service":"s3","bytesIn":"4"}\n`,
      /types\.jsonl:3: field bytesIn is "4", expected a number/,
    ],
    [
      'access.jsonl',
      '{"access":[{"action":"s3:GetObject","resources":"*"}]}\n',
      /access\.jsonl:1: field access\[0\]\.resources is "\*"/,
    ],
    ['time.jsonl', '{"service":"s3","time":"yesterday"}\n', /time\.jsonl:1: field time is "yesterday"/],
    ['verdict.jsonl', '{"service":"s3","verdict":"maybe"}\n', /verdict\.jsonl:1: field verdict is "maybe"/],
    ['number.jsonl', '42\n', /number\.jsonl:1: not valid JSON|number\.jsonl:1: a Call record/],
    [
      'deep.json',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      /deep\.json:1: a Call record \(a JSON object\) was expected/,
    ],
    ['other.json', '{"hello":"world"}', /other\.json:1: neither a Call record/],
    ['event.json', '{"Records":[7]}', /event\.json:1: field Records\[0\] is not an object/],
    ['none.jsonl', null, /none\.jsonl: no such file or folder/],
  ];
  beforeAll(() => {
    for (const [name, content] of files) if (content !== null) folder.write(name, content);
    mkdirSync(folder.at('empty'));
    symlinkSync(folder.at('circle'), folder.at('circle'));
  });

  it.each(files)('%s ends learn and replay with one sentence', async (name, _, said) => {
    const [learn, replay] = await Promise.all([
      rolefence(['learn', '--out', folder.at(`${name}.out`), folder.at(name)]),
      rolefence(['replay', '--baseline', folder.at('b.json'), folder.at(name)]),
    ]);
    expect(sentence(learn)).toMatch(said);
    expect(replay.code).toBe(2);
    expect(replay.stderr).toMatch(said);
  });

  it('nor are an empty folder and a circle of links', async () => {
    const learn = (name: string) => rolefence(['learn', '--out', folder.at('x.json'), folder.at(name)]);
    expect(sentence(await learn('empty'))).toContain('the folder holds no .json, .jsonl, .log, .txt or .gz file');
    expect(sentence(await learn('circle'))).toContain('too many links');
  });

  it('has no baseline in it either', async () => {
    const shown = async (content: string | Uint8Array) =>
      sentence(await rolefence(['baseline', 'show', folder.write('x.json', content)]));
    expect(await shown('')).toContain('x.json is empty');
    expect(await shown('{\n "format": 1,,\n}')).toContain('x.json is not valid JSON at line 2');
    expect(await shown('[]')).toContain('x.json: $ is [], expected an object');
    expect(await shown(Uint8Array.of(255, 254, 0))).toContain('neither UTF-8 text nor gzip');
    expect(await shown('{"format":"rolefence.baseline/9","functions":{}}')).toContain(
      'this version of rolefence reads',
    );
    expect(sentence(await rolefence(['baseline', 'show', folder.at('empty')]))).toContain('empty: it is a folder');
    expect(sentence(await rolefence(['baseline', 'show']))).toContain('baseline show takes one FILE');
  });

  it('is told of as well where it is one line of 40 MB', async () => {
    const line = `{"service":"${'x'.repeat(40_000_000)}","operation":3}\n`;
    expect(
      sentence(await rolefence(['learn', '--out', folder.at('x.json'), folder.write('huge.jsonl', line)])),
    ).toContain('huge.jsonl:1: field operation is 3');
  });
});

describe('standard output', () => {
  it.skipIf(!existsSync('/dev/full'))('that cannot take what is printed is an error (needs /dev/full)', () => {
    const tool = `"${process.execPath}" cli/main.ts`;
    const script = `${tool} --help > /dev/full; echo $?; ${tool} replay --baseline ${folder.at('b.json')} ${folder.write('x.jsonl', jsonl([intrusion]))} > /dev/full; echo $?`;
    const said = execFileSync('sh', ['-c', `exec 2>&1; ${script}`], { encoding: 'utf8' });
    expect(said.match(/standard output cannot be written \(no space left\)\n2\n/g)).toHaveLength(2);
  });
});

const canMount = process.getuid?.() === 0 && mounts();

describe.skipIf(!canMount)('on a full disk (skipped where no tmpfs can be mounted)', () => {
  it('learn keeps the old baseline, replay says that --calls is not complete, run that what was learned is lost', async () => {
    const many = folder.write(
      'many.jsonl',
      jsonl(Array.from({ length: 3_000 }, (_, i) => ({ ...intrusion, id: `${i}` }))),
    );
    const tool = `${process.execPath} cli/main.ts`;
    const script = `
      mount -t tmpfs -o size=64k tmpfs "$1" || exit 99
      cp ${folder.at('b.json')} "$1/b.json"; head -c 60000 /dev/zero > "$1/filler" 2>/dev/null
      ${tool} learn --out "$1/b.json" ${many}; echo "learn $?"
      cmp "$1/b.json" ${folder.at('b.json')} && echo same
      ${tool} replay --baseline ${folder.at('b.json')} --calls "$1/calls.jsonl" ${many} > /dev/null; echo "replay $?"
      ${tool} run --learn-to "$1/l.json" -- sh -c 'curl -s https://sqs.eu-west-1.amazonaws.com/; true'; echo "run $?"`;
    mkdirSync(folder.at('full'));
    const said = execFileSync('unshare', ['-m', 'sh', '-c', `exec 2>&1; ${script}`, 'sh', folder.at('full')], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
    });
    expect(said).toMatch(/learn: baseline file \S+ cannot be written \(no space left\)\nlearn 2\nsame\n/);
    expect(said).toMatch(/calls\.jsonl is not complete: it cannot be written \(no space left\)\nreplay 2\n/);
    expect(said).toMatch(/l\.json cannot be written \(no space left\)\nrun 2\n/);
    expect(said).not.toMatch(/^\s+at /m);
  });
});

function mounts(): boolean {
  try {
    execFileSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function corrupt(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.fill(0xff, 200, 260);
  return copy;
}
