import type { Call } from '../../baseline/call.ts';
import { CloudTrailEvents } from '../../baseline/cloudtrail.ts';
import { jsonFaultLine } from '../../baseline/json-place.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { readBaseline } from '../../baseline/model/read.ts';
import { CallRecordError, readCall } from '../../baseline/read-call.ts';
import { CallLines } from '../../baseline/read-call-line.ts';
import { InputError } from '../errors.ts';
import { MAX_LINE, readLines } from './lines.ts';
import type { Source } from './source.ts';

/** What stands in the inputs of `learn` and `replay`. */
export interface RecordReader {
  call(call: Call): void;
  /** One that CloudTrail tells of; `call` takes them where this is missing. */
  event?(call: Call): void;
  /** False where it does not ask for the ids of calls: to read them costs. */
  readonly ids?: false;
  /** What a sensor has learned and written to its function's log. */
  learned(document: BaselineDocument): void;
  /** Whether a function goes through its sensor, as the sensor's own figures in the log say it. */
  sight?(functionName: string, status: string): void;
  /** A finding as the sensor wrote it to the log; not looked at yet. */
  finding?(value: unknown, place: Place): void;
  /** Given where several files are read: copies of a CloudTrail event may stand in more than one. */
  readonly trail?: CloudTrailEvents;
  piece?(read: number): void | Promise<void>;
}

export interface Place {
  readonly file: string;
  readonly line: number | null;
}

/**
 * Reads a file of Call records (one JSON object a line), CloudTrail events (one document, or one a line) or exported function logs, told apart by what stands
 * in it. In logs only lines of ours count; everywhere else every line must be understood, and the first that is not ends the work with file,
 * line and field.
 */
export async function readRecords(source: Source, reader: RecordReader): Promise<void> {
  /** Lines of a document that is spread over many, and how long they are. */
  let document: string[] | null = null;
  let length = 0;
  let first = true;
  let log: { found: boolean } | null = null;
  const lines = new CallLines(reader.ids);

  await readLines(source, {
    bytes(bytes, from, to) {
      if (first || document !== null || log !== null) return false;
      const call = lines.read(bytes, from, to);
      if (call !== null) reader.call(call);
      return call !== null;
    },
    forget: () => lines.forget(),
    line(text, number) {
      if (document !== null) {
        hold(text, number);
        return;
      }
      if (log !== null) return readLogLine(text, number);
      const place = { file: source.name, line: number };
      if (!first) return readValue(parse(text, place), place, reader);
      first = false;
      const start = text.trimStart()[0];
      const aRecordALine = RECORD_A_LINE.test(source.name);
      if (start !== '{' && start !== '[' && !aRecordALine) {
        log = { found: false };
        return readLogLine(text, number);
      }
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (cause) {
        // A name that promises a record a line is taken at its word; else the document may go on over many lines.
        if (aRecordALine) throw notJson(place, cause);
        document = Array.from({ length: number - 1 }, () => '');
        hold(text, number);
        return;
      }
      if (isObject(value) && isLogLine(value)) {
        // The lines after it may be of any kind: a function's log is what its code printed.
        log = { found: false };
        readLogLine(text, number);
      } else readValue(value, place, reader);
    },
    ...(reader.piece === undefined ? {} : { piece: (read: number) => reader.piece?.(read) }),
  });
  if (document !== null) readDocument((document as string[]).join('\n'));
  const seen = log as { found: boolean } | null;
  if (seen !== null && !seen.found) {
    throw new InputError(
      source.name,
      null,
      `no Call record, CloudTrail event or line of a rolefence sensor was found in it`,
    );
  }

  function hold(text: string, number: number): void {
    // Empty lines were left out: they count for the line of an error.
    while (document!.length < number - 1) document!.push('');
    document!.push(text);
    length += text.length + 1;
    if (length > MAX_LINE) throw new InputError(source.name, null, 'the document is larger than 256 MiB');
  }

  function readDocument(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw notJson({ file: source.name, line: jsonFaultLine(text) }, cause);
    }
    readValue(value, { file: source.name, line: null }, reader);
  }

  function readLogLine(text: string, number: number): void {
    if (readMessage(text, { file: source.name, line: number }, reader)) log!.found = true;
  }
}

function parse(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson(place, cause);
  }
}

function notJson(place: Place, cause: unknown): InputError {
  return new InputError(place.file, place.line, 'not valid JSON: a Call record or a CloudTrail event was expected', {
    cause,
  });
}

type Fields = Readonly<Record<string, unknown>>;

const RECORD_A_LINE = /\.(?:jsonl|ndjson)(?:\.gz)?$/i;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One JSON value: a record, an event, a line of a log, or a document that holds many of them. */
function readValue(value: unknown, place: Place, reader: RecordReader, nested = false): void {
  if (Array.isArray(value) && !nested) {
    for (const item of value) readValue(item, place, reader, true);
    return;
  }
  if (!isObject(value)) {
    throw new InputError(place.file, place.line, 'a Call record (a JSON object) was expected');
  }
  const fields = value;
  // The most frequent first: none of the others has it.
  if ('certainty' in fields || 'access' in fields) {
    readCallRecord(fields, place, reader);
    return;
  }
  if (Array.isArray(fields.Records)) {
    readEvents(fields.Records, place, reader);
    return;
  }
  if (Array.isArray(fields.Events)) {
    readLookup(fields.Events, place, reader);
    return;
  }
  const events = fields.logEvents ?? fields.events;
  if (Array.isArray(events)) {
    readLogEvents(events, place, reader);
    return;
  }
  if ('eventSource' in fields && 'eventName' in fields) {
    readEvents([fields], place, reader);
    return;
  }
  if (isLogLine(fields)) {
    readMessage(fields, place, reader);
    return;
  }
  if (typeof fields.format === 'string' && fields.format.startsWith('rolefence.baseline/')) {
    throw new InputError(
      place.file,
      place.line,
      'this is a baseline, not calls (rolefence baseline merge adds baselines up)',
    );
  }
  if ('service' in fields || 'operation' in fields) {
    readCallRecord(fields, place, reader);
    return;
  }
  throw new InputError(
    place.file,
    place.line,
    'neither a Call record (no field service, operation or access) nor a CloudTrail event',
  );
}

function readCallRecord(fields: Fields, place: Place, reader: RecordReader): void {
  let call: Call;
  try {
    call = readCall(fields);
  } catch (cause) {
    if (cause instanceof CallRecordError) throw new InputError(place.file, place.line, cause.message, { cause });
    throw cause;
  }
  reader.call(call);
}

/** Events that are no calls by a role session (services, people, insights) are left out. */
function readEvents(events: readonly unknown[], place: Place, reader: RecordReader): void {
  const { trail = new CloudTrailEvents() } = reader;
  for (const [i, event] of events.entries()) {
    if (typeof event !== 'object' || event === null) {
      throw new InputError(place.file, place.line, `field Records[${i}] is not an object, expected a CloudTrail event`);
    }
    const call = trail.call(event);
    if (call === null) continue;
    if (reader.event === undefined) reader.call(call);
    else reader.event(call);
  }
}

/** `aws cloudtrail lookup-events`: each event as text. */
function readLookup(events: readonly unknown[], place: Place, reader: RecordReader): void {
  for (const [i, event] of events.entries()) {
    const text = (event as Fields | null)?.CloudTrailEvent;
    if (typeof text !== 'string') {
      throw new InputError(
        place.file,
        place.line,
        `field Events[${i}].CloudTrailEvent is missing, expected a CloudTrail event as text`,
      );
    }
    readEvents([parse(text, place)], place, reader);
  }
}

/** `aws logs filter-log-events`, `get-log-events`, and what a subscription delivers. */
function readLogEvents(events: readonly unknown[], place: Place, reader: RecordReader): void {
  for (const event of events) {
    const message = (event as Fields | null)?.message;
    if (typeof message === 'string') readMessage(message, place, reader);
  }
}

/** A function's log in JSON (its own lines, Lambda's, EMF): nothing that a Call record has. */
const isLogLine = (fields: Fields): boolean =>
  'rolefence' in fields ||
  'message' in fields ||
  '@message' in fields ||
  'level' in fields ||
  '_aws' in fields ||
  ('type' in fields && 'record' in fields);

const MARK = '{"rolefence":';

/** True where a line is one of a sensor. What was learned is `{"rolefence":{"learned":DOCUMENT}}`, whatever timestamps or wrapping stand around it. */
function readMessage(message: unknown, place: Place, reader: RecordReader): boolean {
  if (typeof message === 'string') {
    const at = message.indexOf(MARK);
    if (at < 0) return message.includes('rolefence') && readWrapped(message, place, reader);
    let value: unknown;
    try {
      value = JSON.parse(message.slice(at, message.lastIndexOf('}') + 1));
    } catch (cause) {
      throw new InputError(place.file, place.line, 'a line of what a sensor has learned is cut off or not valid JSON', {
        cause,
      });
    }
    return readMessage(value, place, reader);
  }
  if (typeof message !== 'object' || message === null) return false;
  const { rolefence, message: inner, '@message': outer, record } = message as Fields;
  if (typeof rolefence === 'object' && rolefence !== null) {
    const { learned, measures, finding } = rolefence as Fields;
    if (finding !== undefined) reader.finding?.(finding, place);
    if (isObject(measures) && typeof measures.function === 'string' && typeof measures.sight === 'string')
      reader.sight?.(measures.function, measures.sight);
    if (learned !== undefined)
      reader.learned(readBaseline(learned, place.line === null ? place.file : `${place.file}:${place.line}`));
    return true;
  }
  for (const wrapped of [inner, outer, record])
    if (wrapped !== undefined && readMessage(wrapped, place, reader)) return true;
  return false;
}

/** A line that is JSON around ours, quotes escaped. */
function readWrapped(message: string, place: Place, reader: RecordReader): boolean {
  const at = message.indexOf('{');
  if (at < 0) return false;
  try {
    return readMessage(JSON.parse(message.slice(at)), place, reader);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
