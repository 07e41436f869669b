import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

/** nobody: a user that is not root, as Lambda's is. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-keys-'));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing of the checkout need be readable to nobody: the module comes by standard input, bundled. */
async function bundled(entry: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: join(import.meta.dirname, '../../extension'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  return outputFiles[0]!.text;
}

/** Runs the script as `uid` on `node`, with `keys` in descriptor 5. */
function start(node: string, script: string, uid: number | undefined, env: Record<string, string>, keys: string) {
  const child = spawn(node, ['-'], {
    uid,
    gid: uid,
    env,
    stdio: ['pipe', 'pipe', 'inherit', 'ignore', 'ignore', 'pipe'],
  });
  child.stdin!.end(script);
  (child.stdio as unknown as NodeJS.WritableStream[])[5]!.end(keys);
  let text = '';
  child.stdout!.on('data', (part) => {
    text += part;
  });
  const printed = new Promise<string>((resolve) => {
    child.stdout!.on('data', () => text.includes('\n') && resolve(text));
    child.on('close', () => resolve(text));
  });
  return { child, printed };
}

const TAKE = `
  import { takeKeys } from './keys.ts';
  const keys = takeKeys(process.env);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ROLEFENCE_KEYS_FD } = process.env;
  console.log(JSON.stringify({ keys, env: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ROLEFENCE_KEYS_FD } }));
  if (process.env.STAY) setTimeout(() => {}, 10_000);
`;

describe('the keys that the extension’s shell hands over', () => {
  it('are read once and stand where this process’s own AWS clients look', async () => {
    const { printed } = start(
      process.execPath,
      await bundled(TAKE),
      undefined,
      { ROLEFENCE_KEYS_FD: '5' },
      'ID\nSECRET\nTOKEN\n',
    );
    const { keys, env } = JSON.parse(await printed);
    expect(keys.credentials).toEqual({ accessKeyId: 'ID', secretAccessKey: 'SECRET', sessionToken: 'TOKEN' });
    expect(env).toEqual({ AWS_ACCESS_KEY_ID: 'ID', AWS_SECRET_ACCESS_KEY: 'SECRET', AWS_SESSION_TOKEN: 'TOKEN' });
  });

  it.each([
    ['nothing was handed over', { ROLEFENCE_KEYS_FD: '5' }, ''],
    ['there is no descriptor', {}, ''],
    ['the descriptor is no number', { ROLEFENCE_KEYS_FD: 'x' }, ''],
  ])('are none where %s', async (_, env, keys) => {
    const { printed } = start(process.execPath, await bundled(TAKE), undefined, env, keys);
    expect(JSON.parse(await printed).keys.credentials).toBeNull();
  });

  it('are told to be exposed where they stand in the environment already', async () => {
    const { printed } = start(process.execPath, await bundled(TAKE), undefined, { AWS_SECRET_ACCESS_KEY: 'x' }, '');
    expect(JSON.parse(await printed).keys.exposed).toContain('environment that the sensor was started with');
  });

  describe.skipIf(!isRoot)(
    `of a user that is not root${isRoot ? '' : ' (skipped: only root can be another user)'}`,
    () => {
      const look = `
      const { readFileSync, openSync, readdirSync } = require('node:fs');
      const tried = [
        () => readFileSync('/proc/PID/environ', 'latin1'),
        () => openSync('/proc/PID/mem', 'r'),
        () => readdirSync('/proc/PID/fd'),
        () => readFileSync('/proc/PID/maps', 'latin1'),
      ].map((read) => { try { const got = read(); return typeof got === 'string' && got === '' ? 'empty' : 'open'; } catch (error) { return error.code; } });
      console.log(JSON.stringify(tried));
    `;

      it.each([
        [
          'closes them to the function where its Node is executable but not readable',
          0o711,
          ['EACCES', 'EACCES', 'EACCES', 'EACCES'],
        ],
        ['says so where its Node is readable', 0o755, ['open', 'open', 'open', 'open']],
      ])('the sensor %s', async (_, mode, wanted) => {
        const node = join(folder, `node-${mode.toString(8)}`);
        copyFileSync(process.execPath, node);
        chmodSync(node, mode);
        const open = join(folder, 'node-755-looker');
        copyFileSync(process.execPath, open);
        chmodSync(open, 0o755);
        const env = { ROLEFENCE_KEYS_FD: '5', STAY: '1' };
        const { child, printed } = start(node, await bundled(TAKE), NOBODY, env, 'ID\nSECRET\nTOKEN\n');
        const { keys } = JSON.parse(await printed);
        expect(keys.exposed === null).toBe(mode === 0o711);
        const looker = start(open, look.replaceAll('PID', `${child.pid}`), NOBODY, {}, '');
        const seen = JSON.parse(await looker.printed);
        child.kill('SIGKILL');
        expect(seen).toEqual(wanted);
      });
    },
  );
});

describe('the sensor’s process', () => {
  it('opens no debugger to whoever sends it SIGUSR1', async () => {
    const main = join(import.meta.dirname, '../../extension/main.ts');
    const child = spawn(process.execPath, ['--no-warnings', main], {
      env: {
        ROLEFENCE_STATE_DIR: join(folder, 'state'),
        AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9',
        PATH: process.env.PATH,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const said = (wanted: string) =>
      new Promise<void>((resolve) => {
        const take = (part: Buffer) => {
          text += part;
          if (text.includes(wanted)) resolve();
        };
        child.stdout.on('data', take);
        child.stderr.on('data', take);
      });
    await said('asking again');
    child.kill('SIGUSR1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    expect(text).not.toContain('Debugger');
  });
});
