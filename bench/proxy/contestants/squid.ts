import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { start, stop } from '../processes.ts';
import { signingAuthority } from './authority.ts';
import { type Contestant, hostOf, throughPort } from './contestant.ts';

const HELPER = '/usr/lib/squid/security_file_certgen';

/** squid with ssl-bump (Debian's squid-openssl). */
export const squid: Contestant = {
  name: 'squid',
  what: 'squid with ssl-bump, no cache, `server_pconn_for_nonretriable allow all`',
  missing() {
    if (!existsSync('/usr/sbin/squid')) return 'no /usr/sbin/squid (Debian: squid-openssl)';
    return existsSync(HELPER) ? null : 'this squid was built without OpenSSL (Debian: squid-openssl)';
  },
  async start({ upstream, folder, port }) {
    const authority = signingAuthority(folder);
    const file = (name: string) => join(folder, name);
    const hosts = (['near', 'far'] as const).flatMap((d) => [hostOf(d, 'dynamodb'), hostOf(d, 's3')]);
    writeFileSync(file('hosts'), hosts.map((host) => `127.0.0.1 ${host}\n`).join(''));
    const root = process.getuid?.() === 0;
    writeFileSync(
      file('squid.conf'),
      [
        `http_port 127.0.0.1:${port} ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=4MB tls-cert=${authority.certificateFile} tls-key=${authority.keyFile}`,
        `sslcrtd_program ${HELPER} -s ${file('ssl_db')} -M 4MB`,
        'sslcrtd_children 1 startup=1 idle=1',
        'acl first at_step SslBump1',
        'ssl_bump peek first',
        'ssl_bump bump all',
        `tls_outgoing_options cafile=${upstream.caFile}`,
        'http_access allow all',
        'cache deny all',
        'cache_mem 8 MB',
        `hosts_file ${file('hosts')}`,
        'server_pconn_for_nonretriable allow all',
        'access_log none',
        'cache_store_log none',
        `cache_log ${file('cache.log')}`,
        `pid_filename ${file('squid.pid')}`,
        `coredump_dir ${folder}`,
        'shutdown_lifetime 0 seconds',
        'pinger_enable off',
        ...(root ? ['cache_effective_user proxy'] : []),
      ].join('\n'),
    );
    if (root) {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'proxy'], { encoding: 'utf8' })));
      for (const path of [folder, authority.certificateFile, authority.keyFile]) chownSync(path, uid ?? 0, gid ?? 0);
      chmodSync(folder, 0o755);
      execFileSync('setpriv', [
        '--reuid',
        `${uid}`,
        '--regid',
        `${gid}`,
        '--clear-groups',
        HELPER,
        '-c',
        '-s',
        file('ssl_db'),
        '-M',
        '4MB',
      ]);
    } else {
      execFileSync(HELPER, ['-c', '-s', file('ssl_db'), '-M', '4MB']);
    }
    mkdirSync(file('tmp'), { recursive: true });
    const child = start('/usr/sbin/squid', ['-N', '-f', file('squid.conf')], { cwd: folder });
    await listening(port, () => child.process.exitCode !== null && `${child.said()} ${tail(file('cache.log'))}`);
    return {
      pid: child.process.pid ?? null,
      caPem: authority.certificatePem,
      route: throughPort(port, upstream),
      stop: () => stop(child),
    };
  },
};

function tail(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').slice(-400) : '';
}

/** Resolves when something listens on `port`. */
export async function listening(port: number, failed: () => string | false, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const why = failed();
    if (why !== false) throw new Error(`it ended: ${why}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`nothing listens on ${port}`);
}
