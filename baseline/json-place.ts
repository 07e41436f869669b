/** Where a text stops being JSON (RFC 8259), from 1: V8's own message mostly names no place. Null where it is JSON after all. */
export function jsonFaultLine(text: string): number | null {
  const at = faultAt(text);
  if (at === null) return null;
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** No recursion: the depth is the input's. Only run on text that did not parse, so it need not be fast. */
function faultAt(text: string): number | null {
  /** Closing character of each open list or object. */
  const open: string[] = [];
  let at = 0;
  const skip = () => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
  };
  const scalar = (): boolean => {
    SCALAR.lastIndex = at;
    if (!SCALAR.test(text)) return false;
    at = SCALAR.lastIndex;
    return true;
  };
  const member = (): boolean => {
    skip();
    if (text[at] !== '"' || !scalar()) return false;
    skip();
    if (text[at] !== ':') return false;
    at++;
    return true;
  };
  for (;;) {
    // A value is due.
    skip();
    const start = text[at];
    if (start === '{' || start === '[') {
      at++;
      skip();
      const close = start === '{' ? '}' : ']';
      if (text[at] !== close) {
        open.push(close);
        if (close === '}' && !member()) return at;
        continue;
      }
      at++;
    } else if (!scalar()) return at;
    // A value has ended.
    for (;;) {
      skip();
      const close = open.at(-1);
      if (close === undefined) return at === text.length ? null : at;
      if (text[at] === close) {
        open.pop();
        at++;
        continue;
      }
      if (text[at] !== ',') return at;
      at++;
      if (close === '}' && !member()) return at;
      break;
    }
  }
}
