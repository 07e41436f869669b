/** Partitions of AWS: `npm run catalog`, from botocore 1.44.8. */
export const PARTITIONS: readonly { readonly id: string; readonly suffixes: readonly string[]; readonly regions: RegExp }[] = [
  { id: 'aws', suffixes: ['api.aws', 'amazonaws.com'], regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/ },
  { id: 'aws-cn', suffixes: ['api.amazonwebservices.com.cn', 'amazonaws.com.cn'], regions: /^cn-\w+-\d+$/ },
  { id: 'aws-eusc', suffixes: ['api.amazonwebservices.eu', 'amazonaws.eu'], regions: /^eusc-(de)-\w+-\d+$/ },
  { id: 'aws-iso', suffixes: ['api.aws.ic.gov', 'c2s.ic.gov'], regions: /^us-iso-\w+-\d+$/ },
  { id: 'aws-iso-b', suffixes: ['api.aws.scloud', 'sc2s.sgov.gov'], regions: /^us-isob-\w+-\d+$/ },
  { id: 'aws-iso-e', suffixes: ['api.cloud-aws.adc-e.uk', 'cloud.adc-e.uk'], regions: /^eu-isoe-\w+-\d+$/ },
  { id: 'aws-iso-f', suffixes: ['api.aws.hci.ic.gov', 'csp.hci.ic.gov'], regions: /^us-isof-\w+-\d+$/ },
  { id: 'aws-us-gov', suffixes: ['api.aws', 'amazonaws.com'], regions: /^us-gov-\w+-\d+$/ },
];
