import { at, elements, scalarsAt, type Tree, want } from '../body/tree.ts';
import { arn, type Binder, isArn, type Naming, type Reading } from '../reading.ts';
import { access, type Rule, rules } from './rules.ts';
import { written } from './written.ts';

/**
 * The identity that a message is sent from. SES lets an address or its domain stand for it, whichever has been verified, and IAM sees that one: the
 * request names the address.
 */
function identityArn(reading: Reading, from: string | null, given: string | null): string {
  if (given !== null && isArn(given)) return given;
  if (from === null) return arn(reading, 'ses', 'identity/*');
  const address = /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from;
  return arn(reading, 'ses', `identity/${address.trim()}`);
}

const one = (tree: Tree | undefined, path: string): string | null => scalarsAt(tree, path)[0] ?? null;

const recipients = (body: Tree | undefined, ...paths: readonly string[]): number =>
  Math.max(
    1,
    paths.reduce((sum, path) => sum + scalarsAt(body, path).length, 0),
  );

interface Paths {
  readonly from: string;
  readonly arn: string;
  readonly to: readonly string[];
  readonly set?: string;
  readonly template?: string;
}

function send(action: string, paths: Paths): Rule {
  const { from, to, set, template } = paths;
  return {
    body: want(
      from,
      paths.arn,
      ...to,
      ...(set === undefined ? [] : [set]),
      ...(template === undefined ? [] : [template]),
    ),
    name: (reading): Naming => {
      const { body } = reading;
      const resources = [identityArn(reading, one(body, from), one(body, paths.arn))];
      const configuration = set === undefined ? null : one(body, set);
      if (configuration !== null) resources.push(arn(reading, 'ses', `configuration-set/${configuration}`));
      const used = template === undefined ? null : one(body, template);
      if (used !== null) resources.push(arn(reading, 'ses', `template/${used}`));
      return { access: [access(`ses:${action}`, ...resources)], items: recipients(body, ...to) };
    },
  };
}

const DESTINATION = ['Destination.ToAddresses[]', 'Destination.CcAddresses[]', 'Destination.BccAddresses[]'];

/** The first API, spoken as forms. */
export const ses: Binder = rules({
  SendEmail: send('SendEmail', { from: 'Source', arn: 'SourceArn', to: DESTINATION, set: 'ConfigurationSetName' }),
  SendRawEmail: send('SendRawEmail', {
    from: 'Source',
    arn: 'SourceArn',
    to: ['Destinations[]'],
    set: 'ConfigurationSetName',
  }),
  SendTemplatedEmail: send('SendTemplatedEmail', {
    from: 'Source',
    arn: 'SourceArn',
    to: DESTINATION,
    set: 'ConfigurationSetName',
    template: 'Template',
  }),
  SendBulkTemplatedEmail: send('SendBulkTemplatedEmail', {
    from: 'Source',
    arn: 'SourceArn',
    to: ['Destinations[].Destination.ToAddresses[]'],
    set: 'ConfigurationSetName',
    template: 'Template',
  }),
});

const IDENTITY = '@![ses:R:A:identity/{}]';
const POOL = '@![ses:R:A:dedicated-ip-pool/{}]';

/** Operations whose members have other names than the resources. */
const V2 = written('ses', {
  ...Object.fromEntries(
    [
      'CreateEmailIdentityPolicy',
      'DeleteEmailIdentity',
      'DeleteEmailIdentityPolicy',
      'GetEmailIdentity',
      'GetEmailIdentityPolicies',
      'PutEmailIdentityDkimAttributes',
      'PutEmailIdentityDkimSigningAttributes',
      'PutEmailIdentityFeedbackAttributes',
      'PutEmailIdentityMailFromAttributes',
      'UpdateEmailIdentityPolicy',
    ].map((name) => [name, `${IDENTITY}(:EmailIdentity)`]),
  ),
  AssociateEmailIdentityCertificate: `${IDENTITY}(EmailIdentity)`,
  CreateDeliverabilityTestReport: `${IDENTITY}(FromEmailAddress)`,
  CreateEmailIdentity: `${IDENTITY}(EmailIdentity)`,
  DisassociateEmailIdentityCertificate: `${IDENTITY}(EmailIdentity)`,
  GetDomainStatisticsReport: `${IDENTITY}(:Domain)`,
  ListEmailIdentityCertificates: `${IDENTITY}(EmailIdentity)`,
  PutEmailIdentityConfigurationSetAttributes: `${IDENTITY}(:EmailIdentity)&[ses:R:A:configuration-set/{}](ConfigurationSetName)`,
  CreateDedicatedIpPool: `${POOL}(PoolName)`,
  DeleteDedicatedIpPool: `${POOL}(:PoolName)`,
  GetDedicatedIpPool: `${POOL}(:PoolName)`,
  GetDedicatedIps: `${POOL}(?PoolName)`,
  PutDedicatedIpInPool: `${POOL}(DestinationPoolName)`,
  PutDedicatedIpPoolScalingAttributes: `${POOL}(:PoolName)`,
  CancelExportJob: '@![ses:R:A:export-job/{}](:JobId)',
  GetExportJob: '@![ses:R:A:export-job/{}](:JobId)',
  GetImportJob: '@![ses:R:A:import-job/{}](:JobId)',
});

export const sesv2: Binder = rules({
  SendEmail: send('SendEmail', {
    from: 'FromEmailAddress',
    arn: 'FromEmailAddressIdentityArn',
    to: DESTINATION,
    set: 'ConfigurationSetName',
    template: 'Content.Template.TemplateName',
  }),
  SendBulkEmail: {
    body: want(
      'FromEmailAddress',
      'FromEmailAddressIdentityArn',
      'ConfigurationSetName',
      'DefaultContent.Template.TemplateName',
      'BulkEmailEntries',
    ),
    name: (reading) => {
      const named = send('SendBulkEmail', {
        from: 'FromEmailAddress',
        arn: 'FromEmailAddressIdentityArn',
        to: [],
        set: 'ConfigurationSetName',
        template: 'DefaultContent.Template.TemplateName',
      }).name(reading) as Naming;
      return { ...named, items: Math.max(1, elements(at(reading.body, 'BulkEmailEntries')).length) };
    },
  },
  ...V2,
});
