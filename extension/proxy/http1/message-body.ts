import { type BodyReader, ChunkedReader, CloseReader, LengthReader, NO_BODY } from './body.ts';
import type { AnswerHead, RequestHead1 } from './head.ts';

/** How far a request's body reaches (RFC 9112 §6.3). */
export function requestBody({ fields }: RequestHead1): BodyReader {
  if (fields.chunked) return new ChunkedReader();
  return fields.contentLength ? new LengthReader(fields.contentLength) : NO_BODY;
}

/** How far the body of an answer to `method` reaches: what says nothing of its end ends with the connection (RFC 9112 §6.3). */
export function answerBody(method: string, { status, fields }: AnswerHead): BodyReader {
  if (method === 'HEAD' || status === 204 || status === 304) return NO_BODY;
  if (fields.chunked) return new ChunkedReader();
  return fields.contentLength === null ? new CloseReader() : new LengthReader(fields.contentLength);
}
