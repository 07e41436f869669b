import { DAYLIGHT, EVENING, type FunctionModel, OFFICE, type Rhythm, type World } from '../world.ts';
import { mostlyOne, named, since } from './names.ts';

const CONDITION = 'ConditionalCheckFailedException';

/** When people come, go to eat and leave; next to nobody at week-ends, nobody by night. */
const DOORS: Rhythm = (hour, weekday) =>
  ([0, 0, 0, 0, 0, 1, 7, 20, 22, 9, 3, 4, 9, 8, 3, 3, 5, 8, 6, 2, 1, 0, 0, 0][hour]! / 111) *
  (weekday === 0 ? 0 : weekday === 6 ? 0.06 : 1);

/** Lessons; schools are shut from the afternoon on and at week-ends. */
const LESSONS: Rhythm = (hour, weekday) =>
  weekday === 0 || weekday === 6 ? 0 : ([0, 0, 0, 0, 0, 0, 4, 30, 14, 12, 12, 12, 9, 5, 2][hour] ?? 0) / 100;

/** Redeems gift vouchers at the till: one that is unknown or spent ends the run. A later version tells the till's bus. */
export function voucherRedeem(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'voucher-redeem',
    arrivals: world.demand(95, DAYLIGHT, 1.1),
    deployments: [9, 20],
    handle(it) {
      const found = chance.often(0.93);
      it.call(
        aws.dynamodb('Query', name('vouchers'), { in: found ? chance.about(1150, 0.12) : chance.about(310, 0.04) }),
      );
      if (!found) return;
      if (chance.often(0.22)) return;
      const spend = aws.dynamodb('UpdateItem', name('vouchers'));
      if (chance.often(0.03)) return it.fail(spend, 400, CONDITION);
      it.call(spend);
      it.call(aws.dynamodb('PutItem', name('voucher-ledger'), { out: chance.about(940, 0.1) }));
      if (it.version >= 3)
        it.novel('deployment', () => it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/tills'))));
    },
  };
}

/** Shows and takes bids: one that comes late is cancelled. Those who watch hear of it from a stream; on a Saturday evening a collection was sold. */
export function auctionBids(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const sale = Array.from({ length: 190 }, () => world.start + (18.77 + chance.next() ** 2 * 0.12) * 86_400_000);
  return {
    name: 'auction-bids',
    arrivals: [...world.demand(125, EVENING, 1.1), ...sale].sort((a, b) => a - b),
    deployments: [6],
    handle(it) {
      const bid = () => {
        it.call(aws.dynamodb('GetItem', name('lots'), { in: chance.about(1900, 0.25) }));
        if (chance.often(0.3)) {
          it.call(aws.dynamodb('Query', name('bids'), { items: chance.tail(1, 1.3, 60), in: chance.about(2700, 0.4) }));
          return;
        }
        const place = aws.dynamodb('TransactWriteItems', name('bids'), { items: 2, out: chance.about(1350, 0.1) });
        for (let tries = mostlyOne(world); tries > 1; tries--) it.fail(place, 400, 'TransactionCanceledException');
        it.call(place);
        it.call(
          aws.to('kinesis', 'PutRecord', aws.arn('kinesis', 'stream/live-lots'), { out: chance.about(830, 0.08) }),
        );
        if (chance.often(0.18)) it.call(aws.to('sns', 'Publish', aws.arn('sns', 'outbid')));
      };
      if (it.day === 18 && sale.includes(it.started)) it.novel('campaign', bid);
      else bid();
    },
  };
}

/** Marks who is in class: the class, its pupils at once, a message to parents of who is missing. */
export function attendanceMark(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'attendance-mark',
    arrivals: world.demand(150, LESSONS),
    deployments: [3],
    handle(it) {
      const pupils = chance.whole(14, 31);
      it.call(aws.dynamodb('Query', name('classes'), { items: pupils, in: 300 + pupils * chance.about(170, 0.05) }));
      for (let from = 0; from < pupils; from += 25) {
        const items = Math.min(25, pupils - from);
        it.call(
          aws.dynamodb('BatchWriteItem', name('attendance'), { items, out: 400 + items * chance.about(150, 0.05) }),
        );
      }
      if (chance.often(0.4))
        for (let n = chance.tail(1, 1.8, 6); n > 0; n--)
          it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'tell-parents'), { out: chance.about(820, 0.08) }));
    },
  };
}

/** Seals what a firm's clients have signed: the draft of the firm in, the sealed one out, kept for ten years; some are withdrawn. New firms sign up. */
export function sealContract(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const key = aws.arn('kms', `key/${chance.uuid()}`);
  const firms = Array.from({ length: 26 }, () => `firm-${chance.hex(6)}`);
  return {
    name: 'seal-contract',
    arrivals: world.demand(70, OFFICE, 1.1),
    deployments: [10],
    handle(it) {
      const firm = chance.zipf(firms.slice(0, since(it.day, [6, 10, 16, 22], 22)));
      const contract = `${firm}/${it.iso()}/${chance.uuid()}`;
      const size = chance.tail(90_000, 1.5, 9_000_000);
      const audit = () => it.call(aws.dynamodb('PutItem', name('seal-audit'), { out: chance.about(1050, 0.08) }));
      if (chance.often(0.12)) {
        it.call(aws.s3('DeleteObject', name('drafts'), `${contract}/draft.pdf`));
        audit();
        return;
      }
      const seal = () => {
        it.call(aws.s3('GetObject', name('drafts'), `${contract}/draft.pdf`, { in: size }));
        it.call(aws.to('kms', 'Sign', key, { out: chance.about(880, 0.06), in: chance.about(760, 0.05) }));
        const sealed = `${contract}/sealed.pdf`;
        it.call(aws.s3('PutObject', name('sealed'), sealed, { out: size + chance.about(24_000, 0.05) }));
        it.call(aws.s3('PutObjectRetention', name('sealed'), sealed, { out: chance.about(810, 0.04) }));
        audit();
      };
      if (firms.indexOf(firm) >= 24) it.novel('new-client', seal);
      else seal();
    },
  };
}

/** Lets cars out of the car park once they are paid for; the acquirer was hard to reach on two days. */
export function parkingExit(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const host = `a${chance.hex(13)}-ats.iot.${aws.region}.amazonaws.com`;
  const gates = Array.from({ length: 14 }, (_, i) => aws.arn('iot', `topic/gates/${100 + i}/open`));
  const down = [6, 20].map((day) => world.start + (day + chance.between(0.4, 0.7)) * 86_400_000);
  return {
    name: 'parking-exit',
    arrivals: world.demand(130, DAYLIGHT, 1.1),
    deployments: [13],
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('stays'), { in: chance.about(860, 0.12) }));
      if (chance.often(0.55)) {
        const pay = () =>
          it.call(
            aws.egress('checkout-live.adyenpayments.example', {
              out: chance.about(2300, 0.1),
              in: chance.about(3100, 0.15),
            }),
          );
        const outage = down.some((from) => it.started >= from && it.started < from + 2 * 3_600_000);
        pay();
        if (chance.often(outage ? 0.7 : 0.012))
          it.novel(outage ? 'outage' : 'retry', () => {
            for (let n = chance.whole(1, outage ? 3 : 1); n > 0; n--) pay();
          });
      }
      it.call({ ...aws.to('iot', 'Publish', chance.zipf(gates), { out: chance.about(520, 0.06) }), host });
      it.call(aws.dynamodb('UpdateItem', name('stays')));
    },
  };
}

/** Takes comments: one that hurts goes to a person. Behind a flag they are put into other languages. */
export function commentPost(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'comment-post',
    arrivals: world.demand(115, EVENING, 1.1),
    deployments: [7, 24],
    handle(it) {
      const out = chance.about(620, 0.1) + chance.tail(40, 1.3, 4000);
      it.call(
        aws.to('comprehend', 'DetectToxicContent', '*', {
          out,
          in: chance.about(780, 0.08),
          ms: chance.tail(60, 2, 900),
        }),
      );
      if (chance.often(0.05)) {
        it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'comments-to-look-at'), { out: out + 300 }));
        return;
      }
      if (it.day >= 16 && chance.often(0.25))
        it.novel('flag', () =>
          it.call(aws.to('translate', 'TranslateText', '*', { out, in: out + chance.about(120, 0.2) })),
        );
      it.call(aws.dynamodb('PutItem', name('comments'), { out: out + chance.about(260, 0.05) }));
      it.call(aws.dynamodb('UpdateItem', name('threads')));
      if (chance.often(0.3)) it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/community')));
    },
  };
}

/** Shows a practice what is known of a patient: resources of FHIR read one by one, seldom searched for; who looked at what is kept. Clinics are on duty on Sundays too. */
export function recordRead(world: World): FunctionModel {
  const { aws, chance } = world;
  const store = aws.arn('healthlake', `datastore/fhir/${chance.hex(32)}`);
  return {
    name: 'record-read',
    arrivals: world.demand(110, DAYLIGHT),
    deployments: [8, 21],
    handle(it) {
      for (let n = mostlyOne(world); n > 0; n--)
        it.call(
          aws.to('healthlake', 'ReadResource', store, { out: chance.about(690, 0.06), in: chance.about(3200, 0.3) }),
        );
      if (chance.often(0.2))
        it.call(
          aws.to('healthlake', 'SearchWithGet', store, {
            items: chance.tail(1, 1.3, 50),
            in: chance.tail(2600, 1.3, 160_000),
          }),
        );
      const trail = aws.arn('firehose', 'deliverystream/who-looked');
      it.call(aws.to('firehose', 'PutRecord', trail, { out: chance.about(760, 0.06), in: chance.about(420, 0.05) }));
    },
  };
}

/** Opens office doors to badges; each try is written down, one that is refused opens nothing. A second building was moved into. */
export function doorBadge(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const host = `a${chance.hex(13)}-ats.iot.${aws.region}.amazonaws.com`;
  const doors = ['main', 'garage', 'floor-2', 'floor-3', 'canteen', 'lab', 'annex'];
  return {
    name: 'door-badge',
    arrivals: world.demand(210, DOORS),
    deployments: [3],
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('badges'), { in: chance.about(640, 0.1) }));
      const door = chance.zipf(doors.slice(0, since(it.day, [20], 6)));
      if (chance.often(0.96)) {
        const open = () =>
          it.call({
            ...aws.to('iot', 'Publish', aws.arn('iot', `topic/doors/${door}/open`), { out: chance.about(480, 0.05) }),
            host,
          });
        if (door === 'annex') it.novel('new-client', open);
        else open();
      }
      it.call(aws.dynamodb('PutItem', name('door-audit'), { out: chance.about(720, 0.06) }));
    },
  };
}

/** What tax a basket bears: kept for a while in a table, else asked of a vendor. Its table moved with a version. */
export function taxQuote(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'tax-quote',
    arrivals: world.demand(140, DAYLIGHT, 1.15),
    deployments: [10, 22],
    handle(it) {
      const at = (operation: string, details = {}) => {
        const ask = (table: string) => it.call(aws.dynamodb(operation, name(table), details));
        if (it.version >= 3) it.novel('deployment', () => ask('tax-quotes-v2'));
        else ask('tax-quotes');
      };
      const known = chance.often(0.5);
      at('GetItem', { in: known ? chance.about(900, 0.15) : chance.about(300, 0.04) });
      if (known) return;
      const lines = chance.tail(1, 1.3, 40);
      it.call(
        aws.egress('rest-eu.avatax.example', {
          out: 1300 + lines * chance.about(240, 0.08),
          in: 1500 + lines * chance.about(390, 0.08),
        }),
      );
      at('PutItem', { out: 500 + lines * chance.about(90, 0.05) });
    },
  };
}
