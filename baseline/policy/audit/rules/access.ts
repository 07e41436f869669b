import type { Severity } from '../../../finding.ts';
import type { Statement } from '../../document.ts';
import type { Found, PlacedStatement, Rule } from '../model.ts';
import { listed } from '../statements.ts';

/** Conditions that tie a grant to somebody: organization, account, VPC, source. */
const TIES =
  /^aws:(?:SourceArn|SourceAccount|SourceOrg\w+|Principal(?:Org\w+|Account|Arn|IsAWSService|Service\w*|Tag\/.*)|SourceVpc\w*|SourceIp|userid|ViaAWSService|CalledVia\w*)$|^(?:kms:(?:CallerAccount|ViaService|GrantIsForAWSResource)|s3:DataAccessPointAccount|sns:Endpoint|sts:ExternalId|lambda:FunctionUrlAuthType|elasticfilesystem:AccessedViaMountTarget)$|:(?:sub|aud)$/i;

const isTied = (statement: Statement): boolean =>
  statement.conditions.some(
    ({ key, operator, values }) =>
      TIES.test(key) && !/Not(?!Ip)/.test(operator) && !values.every((value) => value === '*' || value === '0.0.0.0/0'),
  );

/** A Deny for everybody who comes from elsewhere: private APIs and buckets behind an endpoint are written so. */
const isFenced = (statements: readonly PlacedStatement[]): boolean =>
  statements.some(
    ({ statement }) =>
      statement.effect === 'Deny' &&
      (statement.principals ?? []).some(isEverybody) &&
      statement.conditions.some(({ key, operator }) => TIES.test(key) && operator.includes('Not')),
  );

const isEverybody = (principal: string): boolean => principal === '*' || /^arn:[\w*-]+:iam::\*:/.test(principal);

/** The twelve digits of another account; null for the own one, for services and for what is not known. */
function otherAccount(principal: string, own: string | null): string | null {
  const account = /^(?:arn:[\w-]+:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(principal)?.[1];
  return account === undefined || account === own ? null : account;
}

const allows = ({ statement }: PlacedStatement): boolean => statement.effect === 'Allow';

export const publicResource: Rule = {
  id: 'RF401',
  title: 'Open to everybody',
  severity: 'critical',
  why: 'Principal * without a condition means everybody with an AWS account, and for some services everybody at all.',
  fix: 'Name the principals, or add a condition on aws:PrincipalOrgID, aws:SourceArn or aws:SourceAccount.',
  *check(model) {
    for (const { kind, statements } of model.resourcePolicies) {
      if (isFenced(statements)) continue;
      for (const { statement, place } of statements.filter(allows)) {
        if (isTied(statement)) continue;
        const everybody = (statement.principals ?? []).some(isEverybody);
        if (everybody)
          yield { place, message: `everybody may ${listed(statement.actions ?? ['do everything'])} on this ${kind}` };
        else if (statement.notPrincipals !== null)
          yield { place, message: `everybody but ${listed(statement.notPrincipals)} is allowed on this ${kind}` };
      }
    }
    for (const { place, kind, principal, narrowed } of model.exposures) {
      if (kind === 'acl')
        yield {
          place,
          message: `its access list is ${principal}: everybody can read it${/Write/i.test(principal) ? ' and write to it' : ''}`,
        };
      else if (kind !== 'function-url' && isEverybody(principal) && !narrowed)
        yield {
          place,
          message: kind === 'layer-permission' ? 'everybody may use this layer' : 'everybody may invoke this function',
          severity: kind === 'layer-permission' ? 'medium' : 'critical',
        };
    }
  },
};

export const publicUrl: Rule = {
  id: 'RF402',
  title: 'A function URL without authentication',
  severity: 'high',
  why: 'Everybody on the internet can call the function, as often as they like, on your account.',
  fix: 'Set AuthType to AWS_IAM, or put an API with an authorizer in front.',
  *check(model) {
    for (const { place, kind } of model.exposures) {
      if (kind === 'function-url') yield { place, message: 'its URL needs no authentication (AuthType NONE)' };
    }
  },
};

export const crossAccount: Rule = {
  id: 'RF403',
  title: 'Another account has access',
  severity: 'medium',
  why: 'What happens there is out of your sight: whoever can use that account can use this.',
  fix: 'Make sure that the account is meant, name a role of it rather than the account, and add a condition (sts:ExternalId for roles).',
  *check(model, { account }) {
    const check = function* (statements: readonly PlacedStatement[], what: string): Generator<Found> {
      for (const { place, statement } of statements.filter(allows)) {
        if (isTied(statement)) continue;
        const others = (statement.principals ?? [])
          .map((one) => otherAccount(one, account))
          .filter((one) => one !== null);
        if (others.length > 0) yield { place, message: `account ${listed(others)} may ${what}` };
      }
    };
    for (const role of model.roles) yield* check(role.trust ?? [], 'assume this role');
    for (const { kind, statements } of model.resourcePolicies) yield* check(statements, `use this ${kind}`);
    for (const { place, kind, principal, narrowed } of model.exposures) {
      const other = otherAccount(principal, account);
      if (kind === 'lambda-permission' && other !== null && !narrowed)
        yield { place, message: `account ${other} may invoke this function` };
    }
  },
};

export const openTrust: Rule = {
  id: 'RF404',
  title: 'Everybody may assume the role',
  severity: 'critical',
  why: 'A role that trusts * is open to every AWS account in the world.',
  fix: 'Trust the service (lambda.amazonaws.com) or the one role that needs it.',
  *check(model) {
    for (const role of model.roles) {
      for (const { place, statement } of (role.trust ?? []).filter(allows)) {
        if ((statement.principals ?? []).some(isEverybody) && !isTied(statement))
          yield { place, message: 'everybody may assume this role' };
      }
    }
  },
};

/** Services that act for whoever asks them: without a source, another customer's bucket or topic can be the one that asks. */
const DEPUTIES = /^(?:s3|sns|events|apigateway|logs|ses|iot|cognito-idp|config|sqs|codecommit)\.amazonaws\.com$/;

export const confusedDeputy: Rule = {
  id: 'RF405',
  title: 'A service may call on behalf of any customer',
  severity: 'low',
  why: 'The service invokes the function for whoever tells it to, in other accounts too (the confused deputy).',
  fix: 'Add SourceArn, or at least SourceAccount.',
  *check(model) {
    for (const { place, kind, principal, narrowed } of model.exposures) {
      const severity: Severity = /^(?:s3|sns|logs|ses)\./.test(principal) ? 'medium' : 'low';
      if (kind === 'lambda-permission' && DEPUTIES.test(principal) && !narrowed)
        yield { place, message: `${principal} may invoke this function for any account`, severity };
    }
  },
};
