import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { ROOT, rolefence, testFolder } from '../tool.ts';
import { startUpstream } from '../upstream.ts';

export const CLIENT = join(ROOT, 'test/cli/clients/s3.mjs');
export const KEY = 'AKIAIOSFODNN7EXAMPLE';
export const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
export const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLETOKEN';

/** The last line where nothing went through the sensor. */
export const NONE_SEEN = 'rolefence: 0 AWS calls were seen\n';

export const node = (...args: string[]) => [process.execPath, ...args];

/** What the tests of `rolefence run` share: AWS on loopback, whose `/hang` never answers, and commands that are led there. */
export function runSession() {
  const folder = testFolder();
  const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN, TMPDIR: folder.path };
  let started: Awaited<ReturnType<typeof startUpstream>>;
  let lead: string[] = [];
  beforeAll(async () => {
    started = await startUpstream((request, response) => {
      if (request.url?.includes('hang')) return;
      response.setHeader('content-type', 'text/plain');
      response.end('the content');
    });
    lead = ['--connect-to', started.connectTo, '--upstream-ca', folder.write('upstream.pem', started.caPem)];
  });
  return {
    folder,
    env,
    get upstream() {
      return started;
    },
    get leadThere() {
      return lead;
    },
    run: (args: string[], command: string[], more: Record<string, string> = {}) =>
      rolefence(['run', ...lead, ...args, '--', ...command], { env: { ...env, ...more } }),
  };
}
