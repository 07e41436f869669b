import { join } from 'node:path';
import { Architecture, Code, type Function, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** The layers of this stack, and what attaches them. */
export class Rolefence extends Construct {
  readonly #slim: LayerVersion;
  readonly #universal: LayerVersion;

  /** `dist` holds the zips that `npm run build` writes. */
  constructor(scope: Construct, id: string, dist: string) {
    super(scope, id);
    const code = (name: string) => Code.fromAsset(join(dist, name));
    this.#slim = new LayerVersion(this, 'Slim', { code: code('rolefence-slim.zip'), license: 'Apache-2.0' });
    this.#universal = new LayerVersion(this, 'Universal', {
      code: code('rolefence-universal-x86_64.zip'),
      compatibleArchitectures: [Architecture.X86_64],
      license: 'Apache-2.0',
    });
  }

  attach(fn: Function, mode: 'learn' | 'alert' | 'block' = 'learn'): void {
    fn.addLayers(fn.runtime.name.startsWith('nodejs') ? this.#slim : this.#universal);
    fn.addEnvironment('AWS_LAMBDA_EXEC_WRAPPER', '/opt/rolefence/wrapper');
    fn.addEnvironment('ROLEFENCE_MODE', mode);
  }
}
