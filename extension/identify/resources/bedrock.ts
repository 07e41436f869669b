import { at, text, want } from '../body/tree.ts';
import { type Access, arn, isArn, type Reading } from '../reading.ts';
import { access, rules } from './rules.ts';

/** Inference profiles across regions bear their geography before the model's own id (`us.anthropic.…`, `global.amazon.…`). */
const PROFILE = /^(?:global|us-gov|apac|[a-z]{2})\.([a-z0-9-]+\..+)$/;

/**
 * A model is named by its id, by that of an inference profile, or by an ARN. Calling a profile takes the same permission on the profile and on
 * the model in whichever region it is sent to (Bedrock User Guide, prerequisites for inference profiles).
 */
function model(action: string, id: string | null | undefined, reading: Reading): Access[] {
  const foundation = (region: string, name: string) =>
    `arn:${reading.partition}:bedrock:${region}::foundation-model/${name}`;
  if (id === null || id === undefined || id === '') return [access(action)];
  if (isArn(id)) return [access(action, id)];
  const profile = PROFILE.exec(id);
  if (profile === null) return [access(action, foundation(reading.region, id))];
  return [access(action, arn(reading, 'bedrock', `inference-profile/${id}`), foundation('*', profile[1]!))];
}

const inPath = (action: string) => ({
  name: (reading: Reading) => model(action, reading.labels.get('modelId'), reading),
});

export const bedrockRuntime = rules({
  InvokeModel: inPath('bedrock:InvokeModel'),
  InvokeModelWithResponseStream: inPath('bedrock:InvokeModelWithResponseStream'),
  InvokeModelWithBidirectionalStream: inPath('bedrock:InvokeModel'),
  Converse: inPath('bedrock:InvokeModel'),
  ConverseStream: inPath('bedrock:InvokeModelWithResponseStream'),
  CountTokens: inPath('bedrock:CountTokens'),
  StartAsyncInvoke: {
    body: want('modelId'),
    name: (reading) => model('bedrock:InvokeModel', text(at(reading.body, 'modelId')), reading),
  },
});
