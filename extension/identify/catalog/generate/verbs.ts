import type { OperationModel } from './botocore.ts';

/**
 * API Gateway's actions are HTTP methods, its resources the paths of its own API. Source: its page in the Service Authorization Reference, where
 * `/v2` of the newer API's paths is left out.
 */
export function verbAccess(operation: OperationModel): string {
  const path = (operation.http.requestUri.split('?')[0] ?? '').replace(/^\/v2(?=\/)/, '');
  const labels = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = '']) => name);
  const template = `apigateway:R::${path.replaceAll(/\{[^}]+\}/g, '{}')}`;
  // The ARN of what is tagged stands percent-encoded in the path, and in the resource: no policy names it so.
  const slots = labels.map((name) => (/arn/i.test(name) ? '' : `:${name}`));
  return `${operation.http.method}@![${template}](${slots.join(',')})`;
}
