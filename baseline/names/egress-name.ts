/** host:port as egress is learned: lower case, without a trailing dot. */
export function egressName(host: string): string {
  return host.toLowerCase().replace(/\.(?=:\d+$|$)/, '');
}
