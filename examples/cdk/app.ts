import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Rolefence } from './rolefence.ts';

/** Two functions with Rolefence attached. Build the layers first, in the root of the checkout (npm ci && npm run build). */
const examples = join(import.meta.dirname, '..');
const app = new App();
const stack = new Stack(app, 'RolefenceExample');
const rolefence = new Rolefence(stack, 'Rolefence', app.node.tryGetContext('dist') ?? join(examples, '../dist'));
const orders = new TableV2(stack, 'Orders', { partitionKey: { name: 'id', type: AttributeType.STRING } });

const common = { memorySize: 256, environment: { TABLE: orders.tableName } };
const python = new Function(stack, 'Python', {
  ...common,
  runtime: Runtime.PYTHON_3_13,
  handler: 'app.handler',
  code: Code.fromAsset(join(examples, 'functions/python')),
});
const node = new Function(stack, 'Node', {
  ...common,
  runtime: Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: Code.fromAsset(join(examples, 'functions/node')),
});
for (const fn of [python, node]) {
  orders.grantReadData(fn);
  rolefence.attach(fn);
}
app.synth();
