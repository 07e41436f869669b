import { join } from 'node:path';

/** A managed runtime as its parts lie in Lambda, made of the real runtime interface client. */
export interface Runtime {
  readonly name: string;
  readonly executionEnv: string;
  /** The handler comes behind it. */
  readonly command: readonly string[];
  /** What is mounted below the environment's folder. */
  readonly places: readonly { readonly path: string; readonly at: string; readonly isFile: boolean }[];
  /** Folders that must stay visible although /tmp and /var are others. */
  readonly keep: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** nodejs: Node in /var/lang/bin, the client in /var/runtime. `older`: another Node than the client was built with, which it takes as well (N-API). */
export function nodeRuntime(
  ricFolder: string,
  modules: string | null,
  older: { readonly major: number; readonly folder: string } | null = null,
): Runtime {
  const name = `nodejs${older?.major ?? 24}.x`;
  return {
    name,
    executionEnv: `AWS_Lambda_${name}`,
    command: ['/var/lang/bin/node', '/var/runtime/node_modules/aws-lambda-ric/index.mjs'],
    places: [
      { path: join(older?.folder ?? ricFolder, 'node'), at: 'var/lang/bin/node', isFile: true },
      { path: join(ricFolder, 'node_modules'), at: 'var/runtime/node_modules', isFile: false },
      ...(modules === null ? [] : [{ path: modules, at: 'var/task/node_modules', isFile: false }]),
    ],
    keep: [],
    variables: { NODE_PATH: '/opt/nodejs/node_modules:/var/runtime/node_modules' },
  };
}

/** python3.x: there is no Node but the layer's own. */
export function pythonRuntime(pythonFolder: string): Runtime {
  return {
    name: 'python3',
    executionEnv: 'AWS_Lambda_python3.13',
    command: [join(pythonFolder, 'bin/python'), '-m', 'awslambdaric'],
    places: [],
    keep: [pythonFolder],
    variables: { PYTHONDONTWRITEBYTECODE: '1' },
  };
}

/** java: there is no Node but the layer's own. The folder has the libraries, AWS's client among them. */
export function javaRuntime(folder: string): Runtime {
  return {
    name: 'java17',
    executionEnv: 'AWS_Lambda_java17',
    command: [
      'java',
      // moto reads no CBOR, which this SDK speaks to Kinesis otherwise.
      '-Daws.cborEnabled=false',
      '-cp',
      `/var/task:${join(folder, 'lib/*')}`,
      'com.amazonaws.services.lambda.runtime.api.client.AWSLambda',
    ],
    places: [],
    keep: [folder],
    variables: {},
  };
}
