import type { OperationModel, ServiceModel } from './botocore.ts';

/**
 * Services that botocore leaves out because they speak in event streams over HTTP/2, and the WebSocket paths of the same. Source: the Smithy
 * models in AWS's JavaScript SDK, and Amazon Transcribe's developer guide for WebSockets.
 */
export const SUPPLEMENT: readonly ServiceModel[] = [
  service('transcribe-streaming', 'Transcribe Streaming', 'transcribestreaming', 'transcribe', '2017-10-26', {
    StartStreamTranscription: 'POST /stream-transcription',
    StartMedicalStreamTranscription: 'POST /medical-stream-transcription',
    StartCallAnalyticsStreamTranscription: 'POST /call-analytics-stream-transcription',
    StartMedicalScribeStream: 'POST /medical-scribe-stream',
    GetMedicalScribeStream: 'GET /medical-scribe-stream/{SessionId}',
    StartStreamTranscriptionWebSocket: 'GET /stream-transcription-websocket',
    StartMedicalStreamTranscriptionWebSocket: 'GET /medical-stream-transcription-websocket',
    StartCallAnalyticsStreamTranscriptionWebSocket: 'GET /call-analytics-stream-transcription-websocket',
  }),
  service('rekognitionstreaming', 'RekognitionStreaming', 'streaming-rekognition', 'rekognition', '2022-11-03', {
    StartFaceLivenessSession: 'POST /start-face-liveness-session',
  }),
];

/** Operations that another release or the JavaScript SDK has and this botocore has not: service → name → method and path, '' where the protocol has none. */
const ELSEWHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  glue: { DeleteAssetType: '', PutAssetType: '' },
  // The lists were read with GET, and one path had another version, in releases that are still about.
  sesv2: {
    ListConfigurationSets: 'GET /v2/email/configuration-sets',
    ListEmailIdentities: 'GET /v2/email/identities',
    PutEmailIdentityDkimSigningAttributes: 'PUT /v1/email/identities/{EmailIdentity}/dkim/signing',
    PutAccountDeliveryAttributes: 'POST /v2/email/account/delivery',
  },
  sts: { GetScopedCredentials: '' },
};

/** A model with what other releases have on top; the input of an operation that only they have is not known, so nothing of it is bound. */
export function withOthers(model: ServiceModel): ServiceModel {
  const added = Object.entries(ELSEWHERE[model.id] ?? {}).flatMap(([name, path]): [string, OperationModel][] => {
    const known = model.operations[name];
    const [method = 'POST', requestUri = '/'] = path === '' ? [] : path.split(' ');
    if (known === undefined) return [[name, { name, http: { method, requestUri } }]];
    const same = path === '' || `${known.http.method} ${known.http.requestUri}` === path;
    return same ? [] : [[`${name} ${path}`, { ...known, http: { method, requestUri } }]];
  });
  return { ...model, operations: { ...model.operations, ...Object.fromEntries(added) } };
}

function service(
  id: string,
  serviceId: string,
  endpointPrefix: string,
  signingName: string,
  apiVersion: string,
  paths: Readonly<Record<string, string>>,
): ServiceModel {
  const operations = Object.entries(paths).map(([name, path]): [string, OperationModel] => {
    const [method = '', requestUri = ''] = path.split(' ');
    return [name, { name, http: { method, requestUri }, input: { shape: 'Input' } }];
  });
  return {
    id,
    metadata: { apiVersion, endpointPrefix, signingName, serviceId, protocol: 'rest-json' },
    operations: Object.fromEntries(operations),
    shapes: {
      Input: {
        type: 'structure',
        members: { SessionId: { shape: 'Text', location: 'uri', locationName: 'SessionId' } },
      },
      Text: { type: 'string' },
    },
  };
}
