/** The head of one HTTP request as it came, before anything is made of it. Duplicates stay duplicates: identification must see them. */
export interface RequestHead {
  readonly method: string;
  /** The request-target exactly as on the request line (origin-form, or absolute-form for plain HTTP through the proxy), or `:path`. */
  readonly target: string;
  /** Fields in order as received, names in the case they came in, values as Latin-1 text; no pseudo-header fields. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `https` inside TLS; `http` for plain HTTP through the proxy. */
  readonly scheme: 'http' | 'https';
  /** HTTP/2 `:authority`, null in HTTP/1.1 and where it is absent. */
  readonly authority: string | null;
  /** Server name of the client's TLS handshake; null without one. */
  readonly sni: string | null;
  /** host:port of the CONNECT that the request came through; null without one. */
  readonly connect: string | null;
}

/** The wire form of an AWS API: decides how errors look. */
export type Protocol =
  | 'awsJson1_0'
  | 'awsJson1_1'
  /** As awsJson1_1 with bodies in CBOR, which the SDKs for Java speak to Kinesis. */
  | 'awsCbor1_1'
  | 'awsQuery'
  | 'ec2Query'
  | 'restJson1'
  | 'restXml'
  | 'rpcv2Cbor';

/** What identification makes of a request. The sensor adds who, when and what came of it, and has a Call. */
export interface NamedRequest {
  readonly service: string;
  readonly operation: string | null;
  readonly certainty: 'exact' | 'ambiguous' | 'unknown';
  readonly access: readonly { readonly action: string; readonly resources: readonly string[] }[];
  readonly region: string | null;
  readonly account: string | null;
  readonly accessKeyId: string | null;
  readonly prefix: string | null;
  /** Host that the request is for, lower case, without port 443. */
  readonly host: string;
  readonly items: number | null;
  /** Protocol as the client speaks it: a refusal answers in the same one. Best guess where certainty is not exact. */
  readonly protocol: Protocol;
  /** One plain sentence where certainty is not exact ("two X-Amz-Target fields"), null otherwise. */
  readonly reason: string | null;
  /** True where the answer's body carries new credentials (AssumeRole and its like), so that the proxy keeps its first bytes. */
  readonly issuesCredentials: boolean;
}

/** Either named from its head alone, or more is needed: the first `cap` bytes of the body. */
export type Identification =
  | { readonly kind: 'named'; readonly named: NamedRequest }
  | {
      readonly kind: 'body';
      /** Bytes of body to hold at most. */
      readonly cap: number;
      /** `body` as on the wire after transfer decoding (content codings untouched); `truncated` where it was longer than the cap. */
      name(body: Uint8Array, truncated: boolean): NamedRequest;
    };

/** The end of an answer, as far as identification reads it. */
export interface AnswerSummary {
  readonly errorCode: string | null;
  readonly issuedAccessKeyId: string | null;
}
