/** What a MITRE ATT&CK technique (enterprise matrix, cloud) is called, and to which tactics it belongs: for findings that name it. */
export interface Technique {
  readonly name: string;
  readonly tactics: readonly Tactic[];
}

export interface Tactic {
  readonly uid: string;
  readonly name: string;
}

const PERSISTENCE: Tactic = { uid: 'TA0003', name: 'Persistence' };
const ESCALATION: Tactic = { uid: 'TA0004', name: 'Privilege Escalation' };
const EVASION: Tactic = { uid: 'TA0005', name: 'Defense Evasion' };
const CREDENTIALS: Tactic = { uid: 'TA0006', name: 'Credential Access' };
const DISCOVERY: Tactic = { uid: 'TA0007', name: 'Discovery' };
const LATERAL: Tactic = { uid: 'TA0008', name: 'Lateral Movement' };
const COLLECTION: Tactic = { uid: 'TA0009', name: 'Collection' };
const EXFILTRATION: Tactic = { uid: 'TA0010', name: 'Exfiltration' };
const COMMAND: Tactic = { uid: 'TA0011', name: 'Command and Control' };
const INITIAL: Tactic = { uid: 'TA0001', name: 'Initial Access' };
const EXECUTION: Tactic = { uid: 'TA0002', name: 'Execution' };
const IMPACT: Tactic = { uid: 'TA0040', name: 'Impact' };
const RESOURCES: Tactic = { uid: 'TA0042', name: 'Resource Development' };

/** Sub-techniques are named without their parent, as MITRE does. */
const TECHNIQUES: Readonly<Record<string, readonly [name: string, ...tactics: Tactic[]]>> = {
  T1021: ['Remote Services', LATERAL],
  'T1021.004': ['SSH', LATERAL],
  T1027: ['Obfuscated Files or Information', EVASION],
  T1029: ['Scheduled Transfer', EXFILTRATION],
  T1030: ['Data Transfer Size Limits', EXFILTRATION],
  T1036: ['Masquerading', EVASION],
  'T1036.005': ['Match Legitimate Resource Name or Location', EVASION],
  T1048: ['Exfiltration Over Alternative Protocol', EXFILTRATION],
  T1069: ['Permission Groups Discovery', DISCOVERY],
  'T1069.003': ['Cloud Groups', DISCOVERY],
  T1071: ['Application Layer Protocol', COMMAND],
  'T1071.001': ['Web Protocols', COMMAND],
  T1078: ['Valid Accounts', INITIAL, PERSISTENCE, ESCALATION, EVASION],
  'T1078.004': ['Cloud Accounts', INITIAL, PERSISTENCE, ESCALATION, EVASION],
  T1087: ['Account Discovery', DISCOVERY],
  'T1087.004': ['Cloud Account', DISCOVERY],
  T1098: ['Account Manipulation', PERSISTENCE, ESCALATION],
  'T1098.001': ['Additional Cloud Credentials', PERSISTENCE, ESCALATION],
  'T1098.003': ['Additional Cloud Roles', PERSISTENCE, ESCALATION],
  T1110: ['Brute Force', CREDENTIALS],
  T1136: ['Create Account', PERSISTENCE],
  'T1136.003': ['Cloud Account', PERSISTENCE],
  T1213: ['Data from Information Repositories', COLLECTION],
  'T1213.006': ['Databases', COLLECTION],
  T1485: ['Data Destruction', IMPACT],
  T1486: ['Data Encrypted for Impact', IMPACT],
  T1489: ['Service Stop', IMPACT],
  T1490: ['Inhibit System Recovery', IMPACT],
  T1496: ['Resource Hijacking', IMPACT],
  'T1496.004': ['Cloud Service Hijacking', IMPACT],
  T1518: ['Software Discovery', DISCOVERY],
  'T1518.001': ['Security Software Discovery', DISCOVERY],
  T1525: ['Implant Internal Image', PERSISTENCE],
  T1526: ['Cloud Service Discovery', DISCOVERY],
  T1530: ['Data from Cloud Storage', COLLECTION],
  T1531: ['Account Access Removal', IMPACT],
  T1535: ['Unused/Unsupported Cloud Regions', EVASION],
  T1537: ['Transfer Data to Cloud Account', EXFILTRATION],
  T1546: ['Event Triggered Execution', PERSISTENCE, ESCALATION],
  T1550: ['Use Alternate Authentication Material', EVASION, LATERAL],
  'T1550.001': ['Application Access Token', EVASION, LATERAL],
  T1552: ['Unsecured Credentials', CREDENTIALS],
  T1555: ['Credentials from Password Stores', CREDENTIALS],
  'T1555.006': ['Cloud Secrets Management Stores', CREDENTIALS],
  T1562: ['Impair Defenses', EVASION],
  'T1562.001': ['Disable or Modify Tools', EVASION],
  'T1562.007': ['Disable or Modify Cloud Firewall', EVASION],
  'T1562.008': ['Disable or Modify Cloud Logs', EVASION],
  T1565: ['Data Manipulation', IMPACT],
  'T1565.001': ['Stored Data Manipulation', IMPACT],
  'T1565.002': ['Transmitted Data Manipulation', IMPACT],
  T1566: ['Phishing', INITIAL],
  T1567: ['Exfiltration Over Web Service', EXFILTRATION],
  T1578: ['Modify Cloud Compute Infrastructure', EVASION],
  T1580: ['Cloud Infrastructure Discovery', DISCOVERY],
  T1583: ['Acquire Infrastructure', RESOURCES],
  'T1583.001': ['Domains', RESOURCES],
  T1584: ['Compromise Infrastructure', RESOURCES],
  'T1584.002': ['DNS Server', RESOURCES],
  T1619: ['Cloud Storage Object Discovery', DISCOVERY],
  T1648: ['Serverless Execution', EXECUTION],
};

/** Undefined for an id that is not in the table: then the id stands alone. */
export function technique(uid: string): Technique | undefined {
  const known = TECHNIQUES[uid];
  if (known === undefined) return undefined;
  const [name, ...tactics] = known;
  return { name, tactics };
}

export const techniqueUrl = (uid: string): string => `https://attack.mitre.org/techniques/${uid.replace('.', '/')}/`;
