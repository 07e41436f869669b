import { decode } from '../query-string.ts';
import { arn, type Binder } from '../reading.ts';
import { access } from './rules.ts';

/** Messages to WebSocket clients: `API/STAGE/METHOD/@connections/ID`, the API in the host and the stage in the path. */
export const executeApi: Binder = {
  wants: () => null,
  name(_, reading) {
    const { labels } = reading.endpoint ?? { labels: [] };
    const api = labels.at(-1) === 'execute-api' ? labels.at(-2) : undefined;
    const [stage = '', rest = ''] = decode(reading.path).split('/@connections/');
    const bare = stage.replaceAll('/', '');
    const path = `${api ?? '*'}/${bare === '' ? '*' : bare}/${reading.head.method}/@connections/${rest}`;
    return { access: [access('execute-api:ManageConnections', arn(reading, 'execute-api', path))] };
  },
};
