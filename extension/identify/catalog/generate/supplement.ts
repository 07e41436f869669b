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
  sesv2: { PutAccountDeliveryAttributes: 'POST /v2/email/account/delivery' },
  sts: { GetScopedCredentials: '' },
};

/** A model with what other releases have on top; its input is not known, so nothing of it is bound. */
export function withOthers(model: ServiceModel): ServiceModel {
  const others = Object.entries(ELSEWHERE[model.id] ?? {}).filter(([name]) => model.operations[name] === undefined);
  if (others.length === 0) return model;
  const added = others.map(([name, path]): [string, OperationModel] => {
    const [method = 'POST', requestUri = '/'] = path === '' ? [] : path.split(' ');
    return [name, { name, http: { method, requestUri } }];
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
