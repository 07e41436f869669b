/**
 * Which environment variables lead a process and its children through the sensor. Pure. `layer/opt/rolefence/wrapper` says the same in shell
 * for Lambda, where no Node may run before the function; a test keeps the two in agreement.
 */
export interface SensorFiles {
  /** The sensor's listener on 127.0.0.1. */
  readonly port: number;
  /** The sensor's Unix socket for the Node preload; null or absent where there is none. */
  readonly socketPath?: string | null;
  /** The sensor's CA certificate alone (PEM); null where the sensor opens nothing, so that nobody has to trust it. */
  readonly caFile: string | null;
  /** Public roots and the sensor's CA, for clients whose CA file replaces their default. */
  readonly bundleFile: string | null;
  /** The same as a Java trust store; null where there is none. */
  readonly javaTrustStore?: string | null;
  /** A folder whose .ini files tell PHP the same; null where there is none. */
  readonly phpFolder?: string | null;
  /** The Node preload; null leaves Node processes to the proxy variables. */
  readonly preload: string | null;
  /** Folder for CA files that extend one that the process has already. */
  readonly directory: string;
}

export interface ClientEnvironment {
  /** To be set over the existing environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** To be written before the process starts: the files of `parts`, one after the other. */
  readonly combined: readonly { readonly path: string; readonly parts: readonly string[] }[];
  /** What was left as it is, one sentence each. */
  readonly notes: readonly string[];
}

/** Read by clients in place of their own roots. */
const BUNDLE_VARIABLES = ['AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE'] as const;

/** Never through the sensor: loopback, instance and container metadata, X-Ray's daemon, Lambda's own names. */
const BYPASS = [
  'localhost',
  '127.0.0.1',
  '::1',
  '169.254.0.0/16',
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'sandbox.localdomain',
] as const;

export function clientEnvironment(
  sensor: SensorFiles,
  existing: Readonly<Record<string, string | undefined>>,
): ClientEnvironment {
  const variables: Record<string, string> = { ROLEFENCE_SENSOR_PORT: `${sensor.port}` };
  const combined: { path: string; parts: string[] }[] = [];
  const notes: string[] = [];

  const trust = (name: string, ours: string | null) => {
    const own = existing[name];
    if (ours === null || sensor.caFile === null) return;
    if (!own) {
      variables[name] = ours;
    } else if (own !== sensor.caFile && own !== sensor.bundleFile && !own.startsWith(`${sensor.directory}/`)) {
      const path = `${sensor.directory}/${name}.pem`;
      combined.push({ path, parts: [own, sensor.caFile] });
      variables[name] = path;
    }
  };
  if (sensor.caFile !== null) variables.ROLEFENCE_SENSOR_CA = sensor.caFile;
  if (sensor.caFile !== null && sensor.socketPath) variables.ROLEFENCE_SENSOR_SOCKET = sensor.socketPath;
  trust('NODE_EXTRA_CA_CERTS', sensor.caFile);
  for (const name of BUNDLE_VARIABLES) trust(name, sensor.bundleFile);

  const noProxy = bypass(existing);
  variables.NO_PROXY = noProxy;
  variables.no_proxy = noProxy;
  const proxy = `http://127.0.0.1:${sensor.port}`;
  for (const [upper, lower] of [
    ['HTTPS_PROXY', 'https_proxy'],
    ['HTTP_PROXY', 'http_proxy'],
  ] as const) {
    const own = existing[upper] || existing[lower] || existing.ALL_PROXY || existing.all_proxy;
    if (!own) {
      variables[upper] = proxy;
      variables[lower] = proxy;
    } else if (own !== proxy) {
      notes.push(
        `the function has a proxy of its own, so ${upper} is left as it is: programs that obey it are not seen`,
      );
    }
  }

  const phpFolder = sensor.caFile === null ? null : (sensor.phpFolder ?? null);
  if (phpFolder !== null) {
    const own = existing.PHP_INI_SCAN_DIR ?? '';
    // An empty part of the list is the folder that PHP was built with.
    if (!own.split(':').includes(phpFolder)) variables.PHP_INI_SCAN_DIR = `${own}:${phpFolder}`;
  }
  const javaTrustStore = sensor.caFile === null ? null : (sensor.javaTrustStore ?? null);
  if (javaTrustStore !== null) {
    const own = existing.JAVA_TOOL_OPTIONS ?? '';
    const all = `${own} ${existing.JDK_JAVA_OPTIONS ?? ''} ${existing._JAVA_OPTIONS ?? ''}`;
    if (all.includes(javaTrustStore)) {
      // A child of a process that has them already.
    } else if (/-D(?:javax\.net\.ssl\.trustStore|https?\.proxyHost)=/.test(all)) {
      notes.push('Java has a proxy or trust store of its own here, which is left as it is: Java programs are not seen');
    } else {
      variables.JAVA_TOOL_OPTIONS = `${javaOptions(sensor.port, javaTrustStore, existing)}${own === '' ? '' : ` ${own}`}`;
    }
  }

  if (sensor.preload !== null) {
    const require = `--require ${/\s/.test(sensor.preload) ? JSON.stringify(sensor.preload) : sensor.preload}`;
    const own = existing.NODE_OPTIONS;
    // First, so that other products' preloads wrap ours and see the function's requests as it made them.
    if (!own?.includes(require)) variables.NODE_OPTIONS = own ? `${require} ${own}` : require;
  }
  return { variables, combined, notes };
}

/**
 * Java obeys no variable but this one. The clients of its SDKs read http.* or https.*, most of them http.* for both (PLATFORM: what each SDK obeys). Ours come
 * first, so that what the function says itself holds.
 */
function javaOptions(port: number, trustStore: string, existing: Readonly<Record<string, string | undefined>>): string {
  const api = existing.AWS_LAMBDA_RUNTIME_API?.replace(/:[^:]*$/, '') ?? '';
  const around = ['localhost', '127.*', '[::1]', '169.254.*', 'sandbox.localdomain', ...(api === '' ? [] : [api])];
  const options = [
    '-Dhttp.proxyHost=127.0.0.1',
    `-Dhttp.proxyPort=${port}`,
    '-Dhttps.proxyHost=127.0.0.1',
    `-Dhttps.proxyPort=${port}`,
    `-Dhttp.nonProxyHosts=${around.join('|')}`,
    `-Djavax.net.ssl.trustStore=${trustStore}`,
    '-Djavax.net.ssl.trustStoreType=JKS',
  ];
  return options.map((option) => (/\s/.test(option) ? `"${option}"` : option)).join(' ');
}

function bypass(existing: Readonly<Record<string, string | undefined>>): string {
  const own = existing.NO_PROXY || existing.no_proxy || '';
  const list = own === '' ? [] : own.split(',');
  const withoutPort = (address: string | undefined) => address?.replace(/:[^:]*$/, '') ?? '';
  for (const host of [
    withoutPort(existing.AWS_LAMBDA_RUNTIME_API),
    withoutPort(existing.AWS_XRAY_DAEMON_ADDRESS),
    ...BYPASS,
  ]) {
    if (host !== '' && !list.includes(host)) list.push(host);
  }
  return list.join(',');
}
