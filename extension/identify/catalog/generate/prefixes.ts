/**
 * IAM prefix of services where it is not the signing name, by botocore's name of the service. Source: Service Authorization Reference.
 */
export const IAM_PREFIX: Readonly<Record<string, string>> = {
  applicationcostprofiler: 'application-cost-profiler',
  cloudcontrol: 'cloudformation',
  cloudwatch: 'cloudwatch',
  'iot-data': 'iot',
  'iot-jobs-data': 'iotjobsdata',
  iotsecuretunneling: 'iot',
  importexport: 'importexport',
  mturk: 'mechanicalturk',
  'partnercentral-account': 'partnercentral',
  'partnercentral-benefits': 'partnercentral',
  'partnercentral-channel': 'partnercentral',
  'partnercentral-marketing': 'partnercentral',
  'partnercentral-selling': 'partnercentral',
  resourcegroupstaggingapi: 'tag',
  sso: 'sso',
  'sso-oidc': 'sso-oauth',
  connectparticipant: 'connect',
  keyspaces: 'cassandra',
  keyspacesstreams: 'cassandra',
};
