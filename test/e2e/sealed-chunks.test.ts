import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { because, provide } from '../toolchain/provide.ts';
import { furnish } from './aws/account.ts';
import { type Moto, startMoto } from './aws/moto.ts';
import { laptop, program, ROOT } from './program.ts';
import { ROLE } from './rie/environment.ts';

const tools = provide('python', 'java');

/** Hardly any SDK signs its chunks over TLS unless it is told to; the one for Java 2 can be. */
describe.skipIf(tools.missing !== null)(`uploads whose chunks the SDK for Java signs${because(tools)}`, () => {
  let moto: Moto;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolefence-chunks-'));
    mkdirSync(join(folder, 'home'));
    const source = join(import.meta.dirname, 'runtimes/java/SignedChunks.java');
    const libraries = join(tools.folders.java, 'lib/*');
    execFileSync('javac', ['-nowarn', '-d', join(folder, 'classes'), '-cp', libraries, source]);
    moto = await startMoto(tools.folders.python);
    await furnish(moto);
    moto.knowOnly([ROLE]);
  }, 180_000);
  afterAll(async () => {
    await moto?.close();
    for (const path of [folder, `${folder}-cache`]) rmSync(path, { recursive: true, force: true });
  });

  it('arrive with the real signatures of every chunk and trailer, where its credentials are sealed', async () => {
    const aws = ['--connect-to', `*:443=127.0.0.1:${moto.port}`, '--upstream-ca', moto.caFile];
    const java = ['java', '-cp', `${join(folder, 'classes')}:${join(tools.folders.java, 'lib/*')}`, 'SignedChunks'];
    const arrived = await moto.during(async () => {
      const ended = await program([process.execPath, join(ROOT, 'cli/main.ts'), 'run', ...aws, '--', ...java], {
        ...laptop(folder),
        ROLEFENCE_CREDENTIALS: 'sealed',
      });
      expect(ended.code, ended.stderr).toBe(0);
    });
    expect(arrived.map(({ payload, wrong, accessKeyId }) => [payload, wrong, accessKeyId])).toEqual([
      ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', null, ROLE.accessKeyId],
      ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', null, ROLE.accessKeyId],
    ]);
  }, 180_000);
});
