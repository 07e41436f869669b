import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { line, start, stop } from '../processes.ts';
import { signingAuthority } from './authority.ts';
import { type Contestant, throughPort } from './contestant.ts';
import { missingPackage, peersFolder } from './peers.ts';

/** A Node library behind a script of its own here: mockttp and http-mitm-proxy. */
function library(name: string, what: string): Contestant {
  return {
    name,
    what,
    missing: () => missingPackage(name),
    async start({ upstream, folder, port }) {
      const { certificateFile, keyFile, certificatePem } = signingAuthority(folder);
      const script = join(import.meta.dirname, `${name}-process.mjs`);
      const args = [script, peersFolder, `${port}`, certificateFile, keyFile, folder];
      const child = start(process.execPath, ['--no-warnings', ...args], {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder, NODE_EXTRA_CA_CERTS: upstream.caFile },
      });
      const { caFile } = JSON.parse(await line(child, (text) => text.startsWith('{"caFile"'))) as { caFile: string };
      return {
        pid: child.process.pid ?? null,
        caPem: caFile === certificateFile ? certificatePem : readFileSync(caFile, 'utf8'),
        route: throughPort(port, upstream),
        stop: () => stop(child),
      };
    },
  };
}

export const mockttp = library('mockttp', 'mockttp, passing everything through, nothing recorded');
export const httpMitmProxy = library('http-mitm-proxy', 'http-mitm-proxy, upstream connections kept alive');
