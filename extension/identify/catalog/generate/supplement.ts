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
