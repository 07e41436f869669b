import { DAYLIGHT, EVENING, type FunctionModel, WORKDAYS, type World } from '../world.ts';
import { mostlyOne, named, since } from './names.ts';

/** Makes two sizes of the picture that somebody has chosen of themselves and throws the original away; a later version tells open pages of it. */
export function avatarSizes(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const host = `${chance.hex(26)}.appsync-api.${aws.region}.amazonaws.com`;
  const api = aws.arn('appsync', `apis/${chance.hex(26)}/types/Mutation/fields/avatarChanged`);
  return {
    name: 'avatar-sizes',
    arrivals: world.demand(105, EVENING, 1.1),
    deployments: [8, 21],
    handle(it) {
      const person = chance.uuid();
      const chosen = `chosen/${person}/${chance.hex(8)}.${chance.pick(['jpg', 'jpg', 'png', 'heic'])}`;
      const original = aws.s3('GetObject', name('avatars'), chosen, { in: chance.tail(180_000, 1.2, 12_000_000) });
      if (chance.often(0.006)) return it.fail(original, 404, 'NoSuchKey', 'not-found');
      it.call(original);
      it.all(
        [64, 256].map((side) =>
          aws.s3('PutObject', name('avatars'), `shown/${person}/${side}.webp`, { out: chance.about(side * 74, 0.25) }),
        ),
        2,
      );
      it.call(aws.s3('DeleteObject', name('avatars'), chosen));
      if (it.version >= 3)
        it.novel('deployment', () =>
          it.call({ ...aws.to('appsync', 'GraphQL', api, { out: chance.about(1100, 0.05) }), host }),
        );
    },
  };
}

/** The orders' API: looked at most of the time, placed by a workflow, seldom cancelled; one who is too late is told so. */
export function orderApi(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const machine = aws.arn('states', 'stateMachine:place-order');
  return {
    name: 'order-api',
    arrivals: world.demand(185, DAYLIGHT, 1.15),
    deployments: [5, 12],
    handle(it) {
      const way = chance.next();
      if (way < 0.62) {
        const lines = chance.tail(1, 1.5, 40);
        it.call(
          aws.dynamodb('TransactGetItems', name('orders'), {
            action: 'GetItem',
            items: 2,
            in: 900 + lines * chance.about(210, 0.1),
          }),
        );
        if (chance.often(0.25)) it.call(aws.dynamodb('Query', name('parcels'), { in: chance.about(1500, 0.3) }));
      } else if (way < 0.93) {
        const lines = chance.tail(1, 1.5, 40);
        const place = aws.to('states', 'StartSyncExecution', machine, {
          out: 1100 + lines * chance.about(160, 0.1),
          in: chance.about(2400, 0.12),
          ms: chance.tail(300, 1.6, 6000),
        });
        it.call({ ...place, host: `sync-states.${aws.region}.amazonaws.com` });
      } else {
        const cancel = aws.dynamodb('UpdateItem', name('orders'));
        if (chance.often(0.18)) it.fail(cancel, 400, 'ConditionalCheckFailedException');
        else {
          it.call(cancel);
          it.call(
            aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/orders'), { out: chance.about(1250, 0.1) }),
          );
        }
      }
    },
  };
}

/** Sends who has forgotten a password a link: tries are counted first, and an address that nobody has ends it. */
export function passwordMail(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const identity = aws.arn('ses', `identity/${world.company}.example`);
  return {
    name: 'password-mail',
    arrivals: world.demand(78, DAYLIGHT, 1.1),
    deployments: [9],
    handle(it) {
      it.call(aws.dynamodb('UpdateItem', name('reset-tries'), { in: chance.about(420, 0.05) }));
      const known = chance.often(0.86);
      it.call(
        aws.dynamodb('Query', name('people'), { in: known ? chance.about(1350, 0.12) : chance.about(310, 0.04) }),
      );
      if (!known) return;
      it.call(aws.dynamodb('PutItem', name('reset-tokens'), { out: chance.about(810, 0.05) }));
      it.call(aws.to('ses', 'SendTemplatedEmail', identity, { out: chance.about(1450, 0.07) }));
    },
  };
}

/** Before somebody is signed up: is the address a throw-away, is there somebody of that address already, who is then joined. */
export function signupCheck(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const pool = aws.arn('cognito-idp', `userpool/${aws.region}_${chance.base62(9)}`);
  return {
    name: 'signup-check',
    arrivals: world.demand(64, EVENING, 1.2),
    deployments: [6],
    handle(it) {
      const blocked = chance.often(0.03);
      it.call(aws.dynamodb('GetItem', name('mail-domains'), { in: blocked ? chance.about(460, 0.05) : 302 }));
      if (blocked) return;
      const ask = () =>
        it.call(aws.egress('api.kickbox.com', { out: chance.about(1150, 0.06), in: chance.about(1700, 0.1) }));
      ask();
      if (chance.often(0.015)) it.novel('retry', ask);
      const joins = chance.often(0.09);
      it.call(
        aws.to('cognito-idp', 'ListUsers', pool, { in: joins ? chance.about(1280, 0.08) : chance.about(330, 0.03) }),
      );
      if (joins) it.call(aws.to('cognito-idp', 'AdminLinkProviderForUser', pool));
    },
  };
}

/** Who comes to the live page is written down, who leaves is struck out; one Friday evening a game was shown. */
export function socketDoors(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const friday = Array.from({ length: 28 }, (_, day) => day).find(
    (day) => day > 14 && new Date(world.start + day * 86_400_000).getUTCDay() === 5,
  )!;
  const game = Array.from({ length: 240 }, () => world.start + (friday + 0.78 + chance.next() * 0.1) * 86_400_000);
  return {
    name: 'socket-doors',
    arrivals: [...world.demand(250, EVENING, 1.1), ...game].sort((a, b) => a - b),
    deployments: [11],
    handle(it) {
      const comes = chance.often(0.52);
      const pass = () => {
        if (comes) {
          it.call(aws.dynamodb('GetItem', name('tickets'), { in: chance.about(690, 0.08) }));
          it.call(aws.dynamodb('PutItem', name('sockets'), { out: chance.about(770, 0.05) }));
        } else it.call(aws.dynamodb('DeleteItem', name('sockets')));
      };
      if (it.day === friday && game.includes(it.started)) it.novel('campaign', pass);
      else pass();
    },
  };
}

/** Answers customers with a model, without what it must not know of them; some want a person. A flag tries a larger model on a tenth. */
export function supportChat(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const model = (which: string) => aws.arn('bedrock', `foundation-model/${which}`, aws.region, '');
  const desk = aws.arn('connect', `instance/${chance.uuid()}/contact/*`);
  return {
    name: 'support-chat',
    arrivals: world.demand(88, DAYLIGHT, 1.2),
    deployments: [7],
    handle(it) {
      const turns = chance.tail(1, 1.3, 30);
      it.call(aws.dynamodb('Query', name('chats'), { items: turns, in: 400 + turns * chance.about(520, 0.1) }));
      it.call(
        aws.to('comprehend', 'DetectPiiEntities', '*', { out: chance.about(900, 0.2), in: chance.about(640, 0.2) }),
      );
      const ask = (which: string) =>
        it.call(
          aws.to('bedrock', 'Converse', model(which), {
            action: 'InvokeModel',
            out: 2600 + turns * chance.about(540, 0.1),
            in: chance.about(2100, 0.35),
            ms: chance.tail(900, 2, 12_000),
          }),
        );
      if (it.day >= 18 && chance.often(0.1)) it.novel('flag', () => ask('anthropic.claude-sonnet-4-20250514-v1:0'));
      else ask('anthropic.claude-3-5-haiku-20241022-v1:0');
      for (let said = 0; said < 2; said++)
        it.call(aws.dynamodb('PutItem', name('chats'), { out: chance.about(1250, 0.3) }));
      if (chance.often(0.06)) it.call(aws.to('connect', 'StartChatContact', desk, { out: chance.about(1900, 0.15) }));
    },
  };
}

/** Books the hours in which goods are brought, and a word the evening before; who calls off is forgotten. */
export function deliverySlot(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const reminder = () => aws.arn('scheduler', `schedule/reminders/slot-${chance.hex(12)}`);
  const role = `arn:aws:iam::${aws.account}:role/reminders-invoke`;
  return {
    name: 'delivery-slot',
    arrivals: world.demand(92, DAYLIGHT, 1.1),
    deployments: [10],
    handle(it) {
      it.call(aws.dynamodb('Query', name('slots'), { items: chance.whole(8, 14), in: chance.about(2900, 0.08) }));
      const way = chance.next();
      if (way < 0.4) return;
      if (way < 0.52) {
        it.call(aws.dynamodb('UpdateItem', name('slots')));
        it.call(aws.to('scheduler', 'DeleteSchedule', reminder()));
        return;
      }
      const book = aws.dynamodb('TransactWriteItems', name('slots'), { items: 2, out: chance.about(1500, 0.07) });
      if (chance.often(0.04)) return it.fail(book, 400, 'TransactionCanceledException');
      it.call(book);
      const remind = aws.to('scheduler', 'CreateSchedule', reminder(), { out: chance.about(1650, 0.05) });
      it.call({ ...remind, access: [...remind.access, { action: 'iam:PassRole', resources: [role] }] });
    },
  };
}

/** Makes the label with which goods come back, of one of two carriers, and mails it; a third carrier joined. */
export function returnsLabel(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const identity = aws.arn('ses', `identity/service.${world.company}.example`);
  const carriers = ['api-eu.dhl.com', 'api.dpd.example', 'api.hermesworld.example'];
  return {
    name: 'returns-label',
    arrivals: world.demand(60, DAYLIGHT, 1.05),
    deployments: [4, 13],
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('returns'), { in: chance.about(1700, 0.2) }));
      const carrier = chance.zipf(carriers.slice(0, since(it.day, [19], 2)));
      const label = () => {
        for (let parcel = mostlyOne(world); parcel > 0; parcel--) {
          const size = chance.about(38_000, 0.08);
          it.call(aws.egress(carrier, { out: chance.about(2600, 0.08), in: Math.round(size * 1.36) }));
          it.call(aws.s3('PutObject', name('labels'), `returns/${it.iso()}/${chance.uuid()}.pdf`, { out: size }));
        }
        it.call(aws.dynamodb('UpdateItem', name('returns')));
        it.call(aws.to('ses', 'SendEmail', identity, { out: chance.about(9200, 0.06) }));
      };
      if (carrier === carriers[2]) it.novel('new-client', label);
      else label();
    },
  };
}

/** Stamps what a law firm's office files into a case; what it has filed is written down. New cases come by the week. */
export function pdfStamp(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const cases = Array.from({ length: 34 }, () => `case-${chance.digits(6)}`);
  return {
    name: 'pdf-stamp',
    arrivals: world.demand(72, WORKDAYS, 1.1),
    deployments: [8],
    handle(it) {
      if (it.cold) it.call(aws.s3('GetObject', name('stamps'), 'seal-2026.png', { in: 61_440 }));
      const file = chance.zipf(cases.slice(0, since(it.day, [3, 8, 12, 17, 23], 29)));
      const stamp = () => {
        const size = chance.tail(70_000, 1.2, 24_000_000);
        const paper = `${file}/${it.iso()}/${chance.uuid()}`;
        it.call(aws.s3('GetObject', name('filings'), `${paper}/filed.pdf`, { in: size }));
        it.call(
          aws.s3('PutObject', name('filings'), `${paper}/stamped.pdf`, { out: size + chance.about(31_000, 0.04) }),
        );
        it.call(aws.dynamodb('PutItem', name('filing-audit'), { out: chance.about(990, 0.06) }));
      };
      if (cases.indexOf(file) >= 32) it.novel('new-client', stamp);
      else stamp();
    },
  };
}

/** Sends who follows a short link on, and counts it. */
export function shortLinks(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const clicks = aws.arn('firehose', 'deliverystream/clicks');
  return {
    name: 'short-links',
    arrivals: world.demand(640, EVENING, 1.15),
    deployments: [6],
    handle(it) {
      const found = chance.often(0.97);
      it.call(aws.dynamodb('GetItem', name('links'), { in: found ? chance.about(640, 0.1) : chance.about(302, 0.01) }));
      if (found)
        it.call(aws.to('firehose', 'PutRecord', clicks, { out: chance.about(980, 0.08), in: chance.about(410, 0.03) }));
    },
  };
}
