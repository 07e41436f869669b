import { isIP } from 'node:net';

/** Lambda's own addresses and this environment itself: never led through the sensor. */
export function isLocal(host: string, env: NodeJS.ProcessEnv): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (name === '' || name === 'localhost' || name.endsWith('.localhost') || name === 'sandbox.localdomain') return true;
  if (isIP(name) === 4) return name.startsWith('127.') || name.startsWith('169.254.') || name === '0.0.0.0';
  // Loopback, link-local, and IPv4 in IPv6 notation of either.
  if (isIP(name) === 6)
    return name === '::1' || name === '::' || /^fe[89ab]/.test(name) || /^::ffff:(127|169\.254)\./.test(name);
  return name === hostOf(env.AWS_LAMBDA_RUNTIME_API);
}

function hostOf(address: string | undefined): string | null {
  return address ? address.replace(/:[^:]*$/, '').toLowerCase() : null;
}
