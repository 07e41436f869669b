import type { FunctionBaseline } from '../model/document.ts';
import { own } from '../own.ts';

/** What a document of 256 KiB had no room for, one sentence each: who approves it is to know that less is closed than was seen. */
export function noRoomFor(baseline: FunctionBaseline): readonly string[] {
  const { opened = [], cut = {}, actions } = baseline;
  const lists = [
    ...Object.keys(cut).map((list) => nameOf(list)),
    ...Object.entries(actions).flatMap(([action, learned]) =>
      Object.keys(learned.cut ?? {}).map((list) => `${nameOf(list)} of ${action}`),
    ),
  ];
  return [
    ...opened.map((place) => `there was no room for the names of ${place}: any name of their kind passes there`),
    ...lists.map(
      (list) => `there was no room for all ${list}: what follows the pattern of those kept may pass for one`,
    ),
  ];
}

const nameOf = (list: string): string => own(NAMES, list) ?? list;

/** Of lists that are not called so by people. */
const NAMES: Readonly<Record<string, string>> = {
  egress: 'hosts',
  unreached: 'hosts that were not reached',
  several: 'places with several things',
  ages: 'ages of names',
  repeats: 'places that repeat what was named',
  credentials: 'keys',
  fruitless: 'refused resources',
};
