import { isAwsEndpoint } from '../../extension/identify/endpoint.ts';

/** One sentence for each variable by which SDKs call another host than AWS's: what goes there has no name that could be judged, and on loopback passes every proxy by. */
export function endpointsElsewhere(env: NodeJS.ProcessEnv): string[] {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return [];
  return Object.entries(env).flatMap(([name, value]) => {
    if (!value || !/^AWS_ENDPOINT_URL(?:_[A-Z0-9_]+)?$/.test(name)) return [];
    const { hostname, host } = URL.canParse(value) ? new URL(value) : { hostname: '', host: 'no URL' };
    if (isAwsEndpoint(hostname)) return [];
    return [
      `${name} leads AWS calls to ${host}, where they are not seen: unset it, and use --connect-to for a stand-in`,
    ];
  });
}
