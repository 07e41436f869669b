import { DAYLIGHT, EVENING, type FunctionModel, type World } from '../world.ts';
import { mostlyOne, named } from './names.ts';

/** Sends a code to who signs in and looks whether it was the right one; a later version tells what came of it. */
export function otpChallenge(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const sender = aws.arn('sms-voice', `pool/pool-${chance.hex(32)}`);
  return {
    name: 'otp-challenge',
    arrivals: world.demand(120, DAYLIGHT, 1.1),
    deployments: [8, 20],
    handle(it) {
      if (chance.often(0.55)) {
        it.call(aws.dynamodb('GetItem', name('members')));
        if (chance.often(0.04))
          it.call(aws.egress('rest.nexmo.com', { out: chance.about(900, 0.15), in: chance.about(700, 0.2) }));
        else
          for (let n = mostlyOne(world); n > 0; n--)
            it.call(
              aws.to('sms-voice', 'SendTextMessage', sender, { out: chance.about(780, 0.08), ms: chance.about(90) }),
            );
        it.call(aws.dynamodb('PutItem', name('sign-in-codes')));
        return;
      }
      it.call(aws.dynamodb('GetItem', name('sign-in-codes')));
      if (chance.often(0.92)) it.call(aws.dynamodb('DeleteItem', name('sign-in-codes')));
      else it.call(aws.dynamodb('UpdateItem', name('sign-in-codes')));
      if (it.version >= 3 && chance.often(0.9))
        it.novel('deployment', () => it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/sign-in'))));
    },
  };
}

/** Fulfils what somebody asks of the insurance's bot: what the handbook says, how the own policy stands. */
export function claimsBot(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const handbook = aws.arn('kendra', `index/${chance.uuid()}`);
  const policies = aws.arn('lambda', 'function:policy-lookup:live');
  return {
    name: 'claims-bot',
    arrivals: world.demand(100, DAYLIGHT, 1.15),
    deployments: [10],
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('conversations'), { in: chance.about(2600, 0.5) }));
      if (it.day >= 17 && chance.often(0.3))
        it.novel('flag', () => it.call(aws.to('comprehend', 'DetectSentiment', '*', { out: chance.about(820, 0.2) })));
      if (chance.often(0.6))
        for (let n = mostlyOne(world); n > 0; n--)
          it.call(
            aws.to('kendra', 'Query', handbook, {
              out: chance.about(760, 0.15),
              in: chance.about(14_000, 0.35),
              ms: chance.tail(120, 2, 2500),
            }),
          );
      else
        it.call(
          aws.to('lambda', 'Invoke', policies, {
            action: 'InvokeFunction',
            in: chance.about(3100, 0.4),
            ms: chance.tail(40, 1.6, 3000),
          }),
        );
      it.call(aws.dynamodb('PutItem', name('conversations'), { out: chance.about(2900, 0.45) }));
      if (chance.often(0.006))
        it.novel('error-path', () => it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'bot-gave-up'))));
    },
  };
}

/** Brings players together, and writes down who won; one weekend there was a cup. */
export function matchMaker(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const cup = Array.from({ length: 220 }, () => world.start + (19.7 + chance.next() * 0.2) * 86_400_000);
  const queue = aws.arn('gamelift', 'matchmakingconfiguration/duel');
  return {
    name: 'match-maker',
    arrivals: [...world.demand(140, EVENING, 1.1), ...cup].sort((a, b) => a - b),
    deployments: [4],
    handle(it) {
      const play = () => {
        if (chance.often(0.62)) {
          it.call(aws.dynamodb('GetItem', name('players'), { in: chance.about(1500, 0.3) }));
          if (chance.often(0.02)) return;
          it.call(aws.to('gamelift', 'StartMatchmaking', queue, { out: chance.about(1050, 0.15) }));
          it.call(aws.dynamodb('PutItem', name('match-tickets')));
          return;
        }
        const players = chance.whole(2, 4);
        it.call(
          aws.dynamodb('BatchGetItem', name('players'), { items: players, in: players * chance.about(1500, 0.15) }),
        );
        it.call(
          aws.dynamodb('TransactWriteItems', name('standings'), {
            items: players + 1,
            out: players * chance.about(720, 0.1),
          }),
        );
        it.call(aws.dynamodb('UpdateItem', name('match-tickets')));
      };
      if (it.day === 19 && cup.includes(it.started)) it.novel('campaign', play);
      else play();
    },
  };
}

/** Signs what a player of films shows at the edge, and renews it while somebody watches; its table moved with a version. */
export function playbackToken(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const key = aws.arn('kms', `key/mrk-${chance.hex(32)}`);
  return {
    name: 'playback-token',
    arrivals: world.demand(165, EVENING, 1.1),
    deployments: [5, 22],
    handle(it) {
      const again = chance.often(0.45);
      if (again) {
        const mark = aws.to('kms', 'VerifyMac', key, { out: chance.about(860, 0.1), in: chance.about(410, 0.1) });
        if (chance.often(0.01)) return it.fail(mark, 400, 'KMSInvalidMacException');
        it.call(mark);
      }
      it.call(aws.dynamodb('GetItem', name('entitlements')));
      if (chance.often(0.04)) return;
      for (let n = mostlyOne(world); n > 0; n--)
        it.call(aws.to('kms', 'GenerateMac', key, { out: chance.about(790, 0.1), in: chance.about(430, 0.1) }));
      const write = (table: string) => it.call(aws.dynamodb(again ? 'UpdateItem' : 'PutItem', name(table)));
      if (it.version >= 3) it.novel('deployment', () => write('playbacks-v2'));
      else write('playbacks');
    },
  };
}

/** Tells the call centre who is calling, before anybody picks up. */
export function callerLookup(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const domain = aws.arn('profile', 'domains/customers');
  return {
    name: 'caller-lookup',
    arrivals: world.demand(78, DAYLIGHT),
    deployments: [12, 24],
    handle(it) {
      if (it.cold) it.call(aws.to('ssm', 'GetParameter', aws.arn('ssm', 'parameter/prd/calls/greetings')));
      for (let n = mostlyOne(world); n > 0; n--)
        it.call(
          aws.to('profile', 'SearchProfiles', domain, { out: chance.about(640, 0.1), in: chance.about(2300, 0.35) }),
        );
      if (chance.often(0.07)) return;
      it.call(
        aws.dynamodb('Query', name('open-orders'), { items: chance.tail(1, 1.4, 14), in: chance.about(2400, 0.5) }),
      );
      if (chance.often(0.25)) it.call(aws.dynamodb('PutItem', name('callbacks')));
    },
  };
}

/** What else somebody might like: asked of a model, filled up from the catalogue. */
export function recommendations(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const campaign = aws.arn('personalize', 'campaign/also-bought');
  return {
    name: 'recommendations',
    arrivals: world.demand(125, DAYLIGHT, 1.15),
    deployments: [7, 19],
    handle(it) {
      for (let n = mostlyOne(world); n > 0; n--) {
        const ask = aws.to('personalize', 'GetRecommendations', campaign, {
          out: chance.about(690, 0.08),
          in: chance.about(1900, 0.15),
          ms: chance.tail(35, 2, 900),
        });
        it.call({ ...ask, host: `personalize-runtime.${aws.region}.amazonaws.com` });
      }
      const items = chance.whole(10, 25);
      it.call(aws.dynamodb('BatchGetItem', name('catalogue'), { items, in: 300 + items * chance.about(540, 0.1) }));
      if (chance.often(0.3)) it.call(aws.dynamodb('UpdateItem', name('visitors')));
    },
  };
}
