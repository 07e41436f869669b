import { DAYLIGHT, type FunctionModel, type World } from '../world.ts';
import { named, since } from './names.ts';

/** What machines in the field report, by the batch: points to a time series, twins in a table, now and then a command back. */
export function deviceTelemetry(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const models = ['hp200', 'hp350', 'vx1', 'vx2', 'ctrl', 'mini'];
  const endpoint = `a${chance.hex(12)}-ats.iot.${aws.region}.amazonaws.com`;
  return {
    name: 'device-telemetry',
    arrivals: world.demand(170, DAYLIGHT, 1.25),
    deployments: [4, 24],
    handle(it) {
      const model = chance.zipf(models.slice(0, since(it.day, [0, 17], 5)));
      const run = () => {
        const points = chance.tail(4, 1.3, 100);
        it.call(
          aws.to('timestream', 'WriteRecords', aws.arn('timestream', 'database/field/table/points'), {
            items: points,
            out: 400 + points * chance.about(170, 0.1),
          }),
        );
        for (let twin = Math.min(8, Math.ceil(points / 12)); twin > 0; twin--) {
          if (it.version >= 3) it.novel('deployment', () => it.call(aws.dynamodb('UpdateItem', name('twins-v2'))));
          else it.call(aws.dynamodb('UpdateItem', name('twins')));
        }
        const hour = `dt=${it.iso()}/hh=${it.hour}`;
        if (chance.often(0.4))
          it.call(
            aws.s3('PutObject', name('telemetry'), `raw/model=${model}/${hour}/${chance.uuid()}.json.gz`, {
              out: points * chance.about(90, 0.2),
            }),
          );
        if (chance.often(0.05)) {
          const command = aws.to('iot', 'Publish', aws.arn('iot', `topic/cmd/${model}/${chance.hex(12)}`));
          it.call({ ...command, host: endpoint });
        }
      };
      if (model === 'mini') it.novel('new-client', run);
      else run();
    },
  };
}

/** Pushes a score to everybody who is connected; some have gone. */
export function socketBroadcast(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const api = chance.hex(10);
  return {
    name: 'socket-broadcast',
    arrivals: world.demand(110, DAYLIGHT),
    handle(it) {
      const open = chance.tail(2, 1.1, 40);
      it.call(aws.dynamodb('Query', name('connections'), { items: open, in: 300 + open * 120 }));
      for (let n = 0; n < open; n++) {
        const connection = aws.arn('execute-api', `${api}/prd/POST/@connections/${chance.base62(11)}=`);
        const ask = {
          ...aws.to('execute-api', 'PostToConnection', connection, {
            action: 'ManageConnections',
            out: chance.about(740, 0.2),
          }),
          host: `${api}.execute-api.${aws.region}.amazonaws.com`,
        };
        if (chance.often(0.98)) it.call(ask);
        else {
          it.fail(ask, 410, 'GoneException');
          it.call(aws.dynamodb('DeleteItem', name('connections')));
        }
      }
    },
  };
}

/** Mail that customers write: its tone, its attachments, a ticket. */
export function inboundMail(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'inbound-mail',
    arrivals: world.demand(90, DAYLIGHT, 1.1),
    deployments: [7, 18],
    handle(it) {
      const mail = aws.s3('GetObject', name('mail'), `inbox/${chance.hex(40)}`, {
        in: chance.tail(9000, 1.1, 9_000_000),
      });
      if (chance.often(0.007)) return it.fail(mail, 404, 'NoSuchKey', 'not-found');
      it.call(mail);
      if (chance.often(0.015))
        return it.novel('error-path', () =>
          it.call(
            aws.s3('PutObject', name('mail-spam'), `${it.iso()}/${chance.hex(40)}`, { out: chance.about(30_000, 0.8) }),
          ),
        );
      const text = { out: chance.about(2600, 0.5), in: chance.about(480, 0.2) };
      it.call(aws.to('comprehend', 'DetectDominantLanguage', '*', text));
      it.call(aws.to('comprehend', 'DetectSentiment', '*', text));
      if (chance.often(0.2))
        it.call(aws.to('translate', 'TranslateText', '*', { ...text, in: chance.about(2700, 0.5) }));
      const ticket = chance.digits(7);
      for (let n = chance.often(0.3) ? chance.tail(1, 1.6, 6) : 0; n > 0; n--)
        it.call(
          aws.s3('PutObject', name('tickets'), `${it.iso().replaceAll('-', '/')}/${ticket}/${chance.uuid()}`, {
            out: chance.tail(14_000, 1.1, 7_000_000),
          }),
        );
      it.call(aws.dynamodb('PutItem', name('tickets')));
      if (it.version >= 3)
        it.novel('deployment', () => it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/support'))));
      it.call(aws.to('sns', 'Publish', aws.arn('sns', 'ticket-opened'), { out: chance.about(1100, 0.2) }));
    },
  };
}

/** Reminds people of their appointments, every quarter of an hour by day; one day the clinics make up for a holiday. */
export function reminders(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const name = named(world);
  const quarters = Array.from({ length: 56 }, (_, i) => 6 * 60 + i * 15);
  return {
    name: 'appointment-reminders',
    arrivals: world.schedule(quarters),
    handle(it) {
      const due = chance.poisson(it.day === 24 ? 14 : it.date.getUTCDay() % 6 === 0 ? 1.2 : 4);
      const remind = () => {
        it.call(aws.dynamodb('Query', name('appointments'), { items: due, in: 350 + due * chance.about(420, 0.1) }));
        for (let n = 0; n < due; n++) {
          it.call(aws.dynamodb('GetItem', name('contacts')));
          if (chance.often(0.7)) it.call(aws.to('sns', 'Publish', '*', { out: chance.about(650, 0.15) }));
          else
            it.call(
              aws.to('ses', 'SendEmail', aws.arn('ses', `identity/${company}.com`), { out: chance.about(7400, 0.2) }),
            );
          it.call(aws.dynamodb('UpdateItem', name('appointments')));
        }
      };
      if (it.day === 24) it.novel('campaign', remind);
      else remind();
      if (chance.often(0.01)) it.call(aws.to('cloudwatch', 'PutMetricData', '*'));
    },
  };
}
