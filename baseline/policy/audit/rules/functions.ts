import type { AuditFunction, Rule } from '../model.ts';
import { listed } from '../statements.ts';

export const sharedRole: Rule = {
  id: 'RF301',
  title: 'Functions share a role',
  severity: 'medium',
  why: 'Each of them then has the rights of all: the weakest one’s flaw opens what only the others need.',
  fix: 'Give each function a role of its own; rolefence policy recommend writes one policy for each.',
  *check(model) {
    const byRole = new Map<string, AuditFunction[]>();
    for (const one of model.functions) {
      if (one.role === null) continue;
      // Logical ids mean something within their template only
      const key = one.role.startsWith('arn:') ? one.role : JSON.stringify([one.place.file, one.role]);
      byRole.set(key, [...(byRole.get(key) ?? []), one]);
    }
    for (const functions of byRole.values()) {
      if (functions.length < 2) continue;
      const id = functions[0]!.role!;
      const role = model.roles.find((one) => one.id === id && one.place.file === functions[0]!.place.file);
      const names = functions.map(({ place }) => place.resource);
      yield {
        place: role?.place ?? functions[1]!.place,
        message: `${functions.length} functions share ${role === undefined ? id : 'this role'}: ${listed(names, 5)}`,
      };
    }
  },
};

export const missingSensor: Rule = {
  id: 'RF501',
  title: 'No sensor',
  severity: 'info',
  why: 'Nothing notices, or stops, the first call that this function has never made before.',
  fix: 'Add the Rolefence layer and AWS_LAMBDA_EXEC_WRAPPER=/opt/rolefence/wrapper; it starts in learn mode.',
  *check(model) {
    const some = model.functions.some(({ sensor }) => sensor);
    for (const { place, sensor } of model.functions) {
      if (!sensor)
        yield {
          place,
          message: some ? 'it runs without the sensor that others here have' : 'it runs without a sensor',
          severity: some ? 'low' : 'info',
        };
    }
  },
};

/** An access key id as AWS makes them. */
const KEY = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/;
const SECRET_NAME =
  /(?:SECRET(?:_?ACCESS)?_?KEY|PASSWORD|PASSWD|PRIVATE_?KEY|API_?KEY|AUTH_?TOKEN|CLIENT_?SECRET|DB_?PASS)$/i;

export const secretInEnvironment: Rule = {
  id: 'RF601',
  title: 'A secret in the environment',
  severity: 'high',
  why: 'Variables stand in the template, in the console and in every process of the function; whoever reads one has the secret.',
  fix: 'Keep it in Secrets Manager or Parameter Store, and give the function its name.',
  *check(model) {
    for (const { environment } of model.functions) {
      for (const { place, name, value } of environment) {
        if (KEY.test(value)) yield { place, message: `${name} holds an access key` };
        else if (SECRET_NAME.test(name) && isLiteral(value))
          yield { place, message: `${name} holds its secret in plain text` };
      }
    }
  },
};

/** References, placeholders and dynamic references ({{resolve:…}}) are no secrets. */
const isLiteral = (value: string): boolean =>
  value.length >= 6 && !/[{}$<>]|^arn:|^\/|^(?:true|false|null|none)$/i.test(value);
