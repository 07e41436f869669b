import { applyRule } from '../access.ts';
import { at, object, scalarsAt, type Tree, text, type Want, want } from '../body/tree.ts';
import type { Operation } from '../catalog/service.ts';
import { arn, type Binder, isArn, type Reading, roleArn } from '../reading.ts';
import { access, unique } from './rules.ts';

/** `family`, which means its latest revision, `family:revision` or ARN. */
function definitionArn(reading: Reading, given: string, type = 'task-definition'): string {
  if (isArn(given)) return given;
  return arn(reading, 'ecs', `${type}/${given.includes(':') ? given : `${given}:*`}`);
}

/** Deployments and revisions of a service: their ARNs hold that of the service, which is needed too. */
const WITH_SERVICE: Readonly<Record<string, string>> = {
  ContinueServiceDeployment: 'serviceDeploymentArn',
  DescribeServiceDeployments: 'serviceDeploymentArns[]',
  DescribeServiceRevisions: 'serviceRevisionArns[]',
  StopServiceDeployment: 'serviceDeploymentArn',
  DescribeDaemonDeployments: 'daemonDeploymentArns[]',
  DescribeDaemonRevisions: 'daemonRevisionArns[]',
};

/** `…:service-deployment/CLUSTER/SERVICE/ID` belongs to `…:service/CLUSTER/SERVICE`. */
function ownerArn(part: string): string[] {
  const match = /^(arn:.*:)(service|daemon)-(?:deployment|revision)\/([^/]+\/[^/]+)\/[^/]+$/.exec(part);
  return match === null ? [] : [`${match[1]}${match[2]}/${match[3]}`];
}

const wants = new WeakMap<Operation, Want>();

/** A cluster that is not named is the account's default one. */
export const ecs: Binder = {
  wants(name, { operation }) {
    let wanted = wants.get(operation);
    if (wanted === undefined) {
      const extra = name === 'CreateCluster' ? 'clusterName' : 'cluster';
      wanted = want(...operation.access().body, extra, 'family', 'taskDefinition', 'taskDefinitions[]');
      wants.set(operation, wanted);
    }
    return wanted;
  },
  name(operation, reading) {
    const { body } = reading;
    const path = WITH_SERVICE[operation];
    if (path !== undefined) {
      const parts = scalarsAt(body, path).filter(isArn);
      return { access: [access(`ecs:${operation}`, ...parts.flatMap(ownerArn), ...parts)] };
    }
    if (operation === 'RegisterTaskDefinition' || operation === 'RegisterDaemonTaskDefinition') {
      const type = operation === 'RegisterTaskDefinition' ? 'task-definition' : 'daemon-task-definition';
      const family = text(at(body, 'family')) ?? '*';
      const roles = unique(['taskRoleArn', 'executionRoleArn'].flatMap((role) => scalarsAt(body, role)));
      const needed = [access(`ecs:${operation}`, arn(reading, 'ecs', `${type}/${family}:*`))];
      if (roles.length > 0) needed.push(access('iam:PassRole', ...roles.map((role) => roleArn(reading, role))));
      return { access: needed };
    }
    return applyRule(reading.operation.access(), { ...reading, body: completed(body, reading) });
  },
};

function completed(body: Tree | undefined, reading: Reading): Tree {
  const whole = Object.assign(object(), body) as { [key: string]: Tree };
  whole.cluster ??= 'default';
  whole.clusterName ??= 'default';
  const { taskDefinition, taskDefinitions } = whole;
  if (typeof taskDefinition === 'string') whole.taskDefinition = definitionArn(reading, taskDefinition);
  const daemon = whole.daemonTaskDefinition;
  if (typeof daemon === 'string') whole.daemonTaskDefinition = definitionArn(reading, daemon, 'daemon-task-definition');
  if (Array.isArray(taskDefinitions)) {
    whole.taskDefinitions = taskDefinitions.map((given) =>
      typeof given === 'string' ? definitionArn(reading, given) : given,
    );
  }
  return whole;
}
