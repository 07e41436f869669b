import { isEgress } from '../call.ts';
import { egressName } from '../names/egress-name.ts';
import { listed } from '../names/listed.ts';
import { type Detector, NONE } from './detector.ts';
import { isDropSite } from './drop-sites.ts';
import { isKinHost, newWords } from './kin.ts';
import { lookAlike } from './look-alike.ts';

/**
 * A connection to a host that the function has never connected to. Always outside the scope; where hosts of others are what it connects to by nature, and new ones
 * kept coming while it was learned, one more is a notice, unless something else about it is wrong.
 */
export const egress: Detector = {
  name: 'egress',
  when: 'before',
  inspect(call, normal) {
    if (!isEgress(call)) return NONE;
    const host = egressName(call.host ?? '');
    const known = normal.model.egress;
    if (known.has(host) || normal.openHosts.has(host)) return NONE;
    const hosts = [...known.entries()].map(([name]) => name);
    const posesAs = lookAlike(host, hosts, normal.honestLikenesses);
    const drop = isDropSite(host);
    const kin = posesAs === null && !drop && isKinHost(host, hosts);
    const expected = kin && normal.hostsKeepComing;
    const usual = hosts.length === 0 ? 'no connection outside AWS' : listed(hosts.sort());
    return [
      {
        detector: 'egress',
        kind: 'scope',
        key: `egress ${host}`,
        severity: posesAs !== null || drop ? 'critical' : expected ? 'info' : kin ? 'medium' : 'high',
        score: posesAs !== null || drop ? 0.99 : expected ? 0.3 : kin ? 0.7 : 0.95,
        action: null,
        resource: host,
        reason: `This function has never connected to ${host}${posesAs !== null ? `, which looks like ${posesAs}` : drop ? ', where anybody can leave data without a name' : ''}; normal is ${usual}`,
        techniques: posesAs === null ? ['T1567', 'T1071.001'] : ['T1567', 'T1036.005', 'T1583.001'],
        about: 'call',
        names: newWords(domainOf(host), known, () => hosts.map(domainOf)),
        ...(kin ? { kin: { family: 'egress', name: host } } : {}),
      },
    ];
  },
};

/** `handelsbank` of `mft.handelsbank.example:22`: the labels around it name nobody. */
const domainOf = (host: string): string => host.split('.').at(-2) ?? '';
