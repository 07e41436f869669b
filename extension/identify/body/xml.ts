import { doubt } from '../doubt.ts';
import { MAX_DEPTH, Nodes, object, type Tree } from './tree.ts';

/** An XML body as a tree under its root element: text for leaves, a list where an element repeats. Names without their namespace prefix. */
export function readXml(bytes: Uint8Array): Tree {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return doubt('a body that is no UTF-8');
  }
  // Another encoding would give the bytes another reading (XML 1.0 §4.3.3).
  const declared = /^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (declared !== undefined && !/^utf-?8$/i.test(declared)) doubt('a body in an unusual charset');
  const token = /<(?:\?[^>]*\?|!--[\s\S]*?--|!\[CDATA\[([\s\S]*?)\]\]|(\/?)([^\s/>!?]+)(?:\s[^<>]*?)?(\/?))>/y;
  const stack: { name: string; text: string; children: { [key: string]: Tree } | null }[] = [];
  const root = { name: '', text: '', children: null as { [key: string]: Tree } | null };
  stack.push(root);
  let position = 0;
  const nodes = new Nodes();
  while (position < text.length) {
    const top = stack.at(-1)!;
    const open = text.indexOf('<', position);
    const end = open < 0 ? text.length : open;
    if (end > position) top.text += unescape(text.slice(position, end), nodes);
    if (open < 0) break;
    token.lastIndex = open;
    const match = token.exec(text);
    // A document type could define entities, which servers open differently; anything else that is no token is no XML.
    if (match === null) doubt('a body that is not plain XML');
    position = token.lastIndex;
    const [, data, closing, name, empty] = match;
    if (closing !== '/') nodes.count();
    if (data !== undefined) top.text += data;
    if (name === undefined) continue;
    const local = name.slice(name.indexOf(':') + 1);
    if (closing === '/') {
      if (stack.length < 2 || top.name !== local) doubt('a body that is not well-formed XML');
      stack.pop();
      append(stack.at(-1)!, local, top.children ?? top.text);
    } else if (empty === '/') append(top, local, '');
    else {
      if (stack.length > MAX_DEPTH) doubt('a body that is nested too deep');
      stack.push({ name: local, text: '', children: null });
    }
  }
  const roots = Object.values(root.children ?? {});
  if (stack.length !== 1 || roots.length !== 1 || Array.isArray(roots[0]) || root.text.trim() !== '') {
    doubt('a body that is not well-formed XML');
  }
  return roots[0]!;
}

function append(parent: { children: { [key: string]: Tree } | null }, name: string, value: Tree): void {
  parent.children ??= object();
  const before = parent.children[name];
  if (before === undefined) parent.children[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else parent.children[name] = [before, value];
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

function unescape(text: string, nodes: Nodes): string {
  let amp = text.indexOf('&');
  if (amp < 0) return text;
  let plain = '';
  let start = 0;
  for (; amp >= 0; amp = text.indexOf('&', start)) {
    nodes.count();
    const end = text.indexOf(';', amp);
    if (end < 0) return doubt('an XML entity that is not predefined');
    plain += text.slice(start, amp) + character(text.slice(amp + 1, end));
    start = end + 1;
  }
  return plain + text.slice(start);
}

function character(name: string): string {
  const known = ENTITIES[name];
  if (known !== undefined) return known;
  const code = /^#x([0-9a-fA-F]{1,8})$/.exec(name)?.[1];
  const decimal = /^#(\d{1,8})$/.exec(name)?.[1];
  const point =
    code !== undefined ? Number.parseInt(code, 16) : decimal !== undefined ? Number.parseInt(decimal, 10) : -1;
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : doubt('an XML entity that is not predefined');
}
