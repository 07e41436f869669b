import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../extension/config.ts';
import { clientEnvironment } from '../../layer/environment.ts';
import { findSensor } from '../../layer/preload/sensor.ts';
import { makeOpt, type Opt } from './opt.ts';

const PATH = '/usr/bin:/bin';

describe.each(['/bin/dash', '/bin/bash'])('the wrapper under %s', (shell) => {
  let opt: Opt;
  beforeEach(() => {
    opt = makeOpt();
    opt.write('rolefence/preload.cjs', '');
  });
  afterEach(() => opt.remove());

  const sensorIsThere = () => {
    opt.write('tmp/rolefence/ca.pem', 'OUR CA\n');
    opt.write('tmp/rolefence/bundle.pem', 'ROOTS\nOUR CA\n');
    opt.write('tmp/rolefence/trust.jks', 'JKS');
    opt.write('tmp/rolefence/php/rolefence.ini', '');
    opt.write('tmp/rolefence/port', '4711\n');
  };
  const socketIsThere = () => {
    mkdirSync(join(opt.state, 'local'));
    const script = `require('net').createServer().listen(${JSON.stringify(join(opt.state, 'local/socket'))}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
  };
  const wrap = (env: Record<string, string>, command: readonly string[] = ['env', '-0']) => {
    const ran = spawnSync(shell, [opt.wrapper, ...command], {
      env: { PATH, ROLEFENCE_STATE_DIR: opt.state, ...env },
      encoding: 'utf8',
    });
    const variables = Object.fromEntries(
      ran.stdout.split('\0').flatMap((pair) => {
        const at = pair.indexOf('=');
        return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)]] : [];
      }),
    );
    // The shell's own.
    for (const name of ['PWD', 'OLDPWD', 'SHLVL', '_']) delete variables[name];
    return { ...ran, variables };
  };

  it('runs the function as it is where there is no sensor', () => {
    const ran = wrap({ HTTPS_PROXY: 'http://own:1' });
    expect(ran.variables).toEqual({ PATH, ROLEFENCE_STATE_DIR: opt.state, HTTPS_PROXY: 'http://own:1' });
    expect(ran.stderr).toBe('');
  });

  it('adds its certificate to a CA file that lacks its last line end', () => {
    sensorIsThere();
    const own = opt.write('own.pem', 'OWN CA');
    const { variables } = wrap({ NODE_EXTRA_CA_CERTS: own });
    expect(readFileSync(variables.NODE_EXTRA_CA_CERTS!, 'utf8')).toBe('OWN CA\nOUR CA\n');
  });

  it('leads clients to a port where nobody listens where there is no sensor and failing is closed', () => {
    const ran = wrap({ ROLEFENCE_ON_FAILURE: 'closed' });
    expect(ran.variables).toMatchObject({
      HTTPS_PROXY: 'http://127.0.0.1:1',
      ROLEFENCE_SENSOR_PORT: '1',
      NODE_OPTIONS: expect.stringContaining('preload.cjs'),
    });
    expect(ran.stderr).toContain('no sensor was found and ROLEFENCE_ON_FAILURE is closed');
  });

  it('hands the command line over word for word, and its exit code', () => {
    sensorIsThere();
    const ran = wrap({}, ['sh', '-c', 'printf "%s|" "$@"; exit 7', 'sh', 'a b', '', '$x', '*']);
    expect(ran.stdout).toBe('a b||$x|*|');
    expect(ran.status).toBe(7);
  });

  it('prints nothing where nothing is wrong', () => {
    sensorIsThere();
    const ran = wrap({}, ['true']);
    expect(ran.stdout + ran.stderr).toBe('');
  });

  it.each<[string, Record<string, string>]>([
    ['with nothing of its own', {}],
    ['with NODE_OPTIONS of its own', { NODE_OPTIONS: '--enable-source-maps --require /opt/other.js' }],
    [
      'with the sensor’s variables already set',
      { HTTPS_PROXY: 'http://127.0.0.1:4711', https_proxy: 'http://127.0.0.1:4711' },
    ],
    ['with exceptions of its own', { no_proxy: 'internal.example,localhost' }],
    ['with a proxy of its own', { https_proxy: 'http://proxy.corp:3128' }],
    ['with a proxy for everything', { ALL_PROXY: 'socks5://proxy.corp' }],
    ['on Lambda', { AWS_LAMBDA_RUNTIME_API: '169.254.100.1:9001', AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000' }],
    ['with options of its own for Java', { JAVA_TOOL_OPTIONS: '-Xshare:off', AWS_EXECUTION_ENV: 'AWS_Lambda_java21' }],
    ['with a Java proxy of its own', { JDK_JAVA_OPTIONS: '-Dhttps.proxyHost=proxy.corp' }],
    ['with PHP folders of its own', { PHP_INI_SCAN_DIR: '/var/task/php' }],
    ['with CA files of its own', { AWS_CA_BUNDLE: '$OPT/own.pem', NODE_EXTRA_CA_CERTS: '$OPT/own.pem' }],
  ])('sets what layer/environment.ts says for a function %s', (_, given) => {
    sensorIsThere();
    socketIsThere();
    opt.write('own.pem', 'OWN CA\n');
    const own = Object.fromEntries(Object.entries(given).map(([k, v]) => [k, v.replace('$OPT', opt.folder)]));
    const base = { PATH, ROLEFENCE_STATE_DIR: opt.state, ...own };
    const wanted = clientEnvironment(
      {
        port: 4711,
        caFile: join(opt.state, 'ca.pem'),
        socketPath: join(opt.state, 'local/socket'),
        bundleFile: join(opt.state, 'bundle.pem'),
        javaTrustStore: join(opt.state, 'trust.jks'),
        phpFolder: join(opt.state, 'php'),
        preload: join(opt.folder, 'rolefence/preload.cjs'),
        directory: opt.state,
      },
      base,
    );
    const ran = wrap(own);
    expect(ran.variables).toEqual({ ...base, ...wanted.variables });
    expect(
      ran.stderr
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).message),
    ).toEqual(wanted.notes.map((note) => `rolefence: ${note}`));
    for (const { path, parts } of wanted.combined) {
      expect(readFileSync(path, 'utf8')).toBe(parts.map((part) => readFileSync(part, 'utf8')).join(''));
    }
  });

  it('does not lead clients to a sensor that they would not trust', () => {
    sensorIsThere();
    const ran = wrap({ AWS_CA_BUNDLE: '/nowhere.pem' });
    expect(ran.variables).not.toHaveProperty('HTTPS_PROXY');
    expect(ran.variables.AWS_CA_BUNDLE).toBe('/nowhere.pem');
    expect(ran.variables.NODE_OPTIONS).toContain('preload.cjs');
    expect(ran.stderr).toContain('AWS_CA_BUNDLE names /nowhere.pem');
    const closed = wrap({ AWS_CA_BUNDLE: '/nowhere.pem', ROLEFENCE_ON_FAILURE: 'closed' });
    expect(closed.variables.HTTPS_PROXY).toBe('http://127.0.0.1:4711');
  });

  it('routes without trust where the sensor opens nothing, as after a full /tmp', () => {
    opt.write('tmp/rolefence.port-4711', '');
    const ran = wrap({});
    expect(ran.variables.HTTPS_PROXY).toBe('http://127.0.0.1:4711');
    expect(ran.variables).not.toHaveProperty('AWS_CA_BUNDLE');
  });

  it.each(['', 'x', '12;touch /tmp/owned'])('takes %j for no port', (content) => {
    opt.write('tmp/rolefence/port', content);
    expect(wrap({}).variables).not.toHaveProperty('HTTPS_PROXY');
    expect(existsSync('/tmp/owned')).toBe(false);
  });

  it('leaves a Java function alone that has a trust store of its own, and says so', () => {
    sensorIsThere();
    const own = { AWS_EXECUTION_ENV: 'AWS_Lambda_java21', JAVA_TOOL_OPTIONS: '-Djavax.net.ssl.trustStore=/own.jks' };
    const ran = wrap(own);
    expect(ran.variables).not.toHaveProperty('HTTPS_PROXY');
    expect(ran.variables.JAVA_TOOL_OPTIONS).toBe(own.JAVA_TOOL_OPTIONS);
    expect(ran.stderr).toContain('calls of this Java function are not seen');
    expect(wrap({ ...own, ROLEFENCE_ON_FAILURE: 'closed' }).variables.HTTPS_PROXY).toBe('http://127.0.0.1:4711');
  });

  it('leads no Java function to the sensor without the trust store', () => {
    sensorIsThere();
    rmSync(join(opt.state, 'trust.jks'));
    const ran = wrap({ AWS_EXECUTION_ENV: 'AWS_Lambda_java21' });
    expect(ran.variables).not.toHaveProperty('HTTPS_PROXY');
    expect(wrap({}).variables).toHaveProperty('HTTPS_PROXY');
  });

  describe('with sealed credentials', () => {
    const REAL = {
      AWS_ACCESS_KEY_ID: 'ASIAREAL',
      AWS_SECRET_ACCESS_KEY: 'real-secret',
      AWS_SESSION_TOKEN: 'real-token',
    };
    const sealed = { ...REAL, ROLEFENCE_CREDENTIALS: 'sealed' };

    it('hands the function placeholders, and no other way to the real keys', () => {
      sensorIsThere();
      opt.write('tmp/rolefence/credentials', 'ASIAPLACEHOLDER\nplaceholder-secret\nRolefence-token\n');
      const ran = wrap({
        ...sealed,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/creds',
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'real-authorization',
      });
      expect(ran.variables).toMatchObject({
        AWS_ACCESS_KEY_ID: 'ASIAPLACEHOLDER',
        AWS_SECRET_ACCESS_KEY: 'placeholder-secret',
        AWS_SESSION_TOKEN: 'Rolefence-token',
      });
      expect(ran.stdout + ran.stderr).not.toMatch(/real|AWS_CONTAINER/i);
    });

    it('does not wait for what is no file', () => {
      sensorIsThere();
      spawnSync('mkfifo', [join(opt.state, 'credentials')]);
      expect(wrap(sealed).stderr).toContain('credentials are sealed and the sensor is not there');
    });

    it('gives no real key to who changes the files under it while it runs, for instance to a link to its own environment', () => {
      sensorIsThere();
      const racer = spawn(
        '/bin/sh',
        [
          '-c',
          `while :; do rm -rf "$0"; mkdir "$0"; rm -rf "$0"; ln -s /proc/self/environ "$0"; rm -rf "$0"; printf 'A\\nB\\n' >"$0"; done`,
          join(opt.state, 'credentials'),
        ],
        { stdio: 'ignore' },
      );
      try {
        for (let attempt = 0; attempt < 40; attempt++) {
          // Lines in a variable make the environment look like a file of lines.
          const ran = wrap({ A: '\n\n\n', ...sealed, Z: '\n\n\n' });
          expect(Object.values(ran.variables).join()).not.toMatch(/real-|ASIAREAL/);
          expect(ran.stdout + ran.stderr).not.toMatch(/real-|ASIAREAL/);
        }
      } finally {
        racer.kill('SIGKILL');
      }
    });

    it('hands it nothing where the sensor is not there to sign, and says so', () => {
      const ran = wrap({ ...sealed, ROLEFENCE_ON_FAILURE: 'open' });
      expect(ran.stdout + ran.stderr).not.toMatch(/real-/);
      expect(ran.variables).not.toHaveProperty('AWS_ACCESS_KEY_ID');
      expect(ran.stderr).toContain('credentials are sealed and the sensor is not there');
    });

    it.each([
      '',
      ' ',
      'shared',
      ' Shared',
      'SEALED',
      ' sealed ',
      'seald',
      'on',
      'shared sealed',
      '*',
      '?hared',
      'shared\r',
      '\r',
      '\v shared\f',
      'shared\u00a0',
    ])('reads %j as extension/config.ts does, in every mode', (value) => {
      const { credentials } = readConfig({ ROLEFENCE_CREDENTIALS: value }).config;
      for (const ROLEFENCE_MODE of ['', 'alert', 'block']) {
        const ran = wrap({ ...REAL, ROLEFENCE_CREDENTIALS: value, ROLEFENCE_MODE });
        expect('AWS_SECRET_ACCESS_KEY' in ran.variables).toBe(credentials === 'shared');
      }
    });
  });

  it.each([
    '',
    ' ',
    'open',
    'OPEN ',
    'closed',
    'close',
    'closed ',
    'fail-closed',
    'open closed',
    '*',
    'open\r',
    'open\u00a0',
  ])('reads what is to happen without a sensor, %j, as extension/config.ts and the preload do', (value) => {
    const { onFailure } = readConfig({ ROLEFENCE_ON_FAILURE: value }).config;
    const ran = wrap({ ROLEFENCE_ON_FAILURE: value });
    expect('HTTPS_PROXY' in ran.variables).toBe(onFailure === 'closed');
    expect(findSensor({ ROLEFENCE_ON_FAILURE: value, ROLEFENCE_SENSOR_PORT: '1' })?.onFailure).toBe(onFailure);
  });

  it('runs another product’s wrapper inside ours, once', () => {
    sensorIsThere();
    const next = opt.write('next', '#!/bin/sh\nexport NEXT="[$ROLEFENCE_NEXT_WRAPPER]"\nexec "$@"\n', 0o755);
    const ran = wrap({ ROLEFENCE_NEXT_WRAPPER: next });
    expect(ran.variables.NEXT).toBe('[]');
    expect(ran.variables.HTTPS_PROXY).toBe('http://127.0.0.1:4711');
  });

  it('starts the function where that wrapper cannot be run', () => {
    const ran = wrap({ ROLEFENCE_NEXT_WRAPPER: '/nowhere' });
    expect(ran.status).toBe(0);
    expect(ran.stderr).toContain('ROLEFENCE_NEXT_WRAPPER is /nowhere');
  });
});
