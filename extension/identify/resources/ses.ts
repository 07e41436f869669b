import { at, elements, scalarsAt, type Tree, text, want } from '../body/tree.ts';
import { arn, type Binder, isArn, type Naming, type Reading } from '../reading.ts';
import { access, type Rule, rules } from './rules.ts';

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

const onIdentity = (name: string, from: (reading: Reading) => string | null): Rule => ({
  body: want('EmailIdentity', 'FromEmailAddress'),
  name: (reading) => [access(`ses:${name}`, identityArn(reading, from(reading), null))],
});

const byLabel = (reading: Reading): string | null => reading.labels.get('EmailIdentity') ?? null;

const ON_IDENTITY =
  'CreateEmailIdentityPolicy DeleteEmailIdentity DeleteEmailIdentityPolicy GetEmailIdentity GetEmailIdentityPolicies PutEmailIdentityDkimAttributes ' +
  'PutEmailIdentityDkimSigningAttributes PutEmailIdentityFeedbackAttributes PutEmailIdentityMailFromAttributes UpdateEmailIdentityPolicy';

export const sesv2: Binder = rules(
  {
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
    ...Object.fromEntries(ON_IDENTITY.split(' ').map((name) => [name, { ...onIdentity(name, byLabel), body: null }])),
    CreateEmailIdentity: onIdentity('CreateEmailIdentity', ({ body }) => text(at(body, 'EmailIdentity'))),
    CreateDeliverabilityTestReport: onIdentity('CreateDeliverabilityTestReport', ({ body }) =>
      text(at(body, 'FromEmailAddress')),
    ),
  },
  // Attachments of 40 MB, as base64.
  56 * 1024 * 1024,
);
