import { Readable } from 'node:stream';

// Run in a process of its own under the Node preload: real SDK clients, each with nothing changed. Prints what they saw, as JSON.
const credentials = { accessKeyId: 'ASIAQGH5PSL6N3ABCDEF', secretAccessKey: 'x', sessionToken: 'y' };
const config = { region: 'us-east-1', credentials, maxAttempts: 1 };
const scenarios = {
  async s3() {
    const { S3Client, GetObjectCommand, PutObjectCommand } = await import('@aws-sdk/client-s3');
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const s3 = new S3Client(config);
    const seen = {};
    await s3.send(new PutObjectCommand({ Bucket: 'bench', Key: 'small', Body: 'hello' }));
    await s3.send(
      new PutObjectCommand({
        Bucket: 'bench',
        Key: 'stream',
        Body: Readable.from([Buffer.alloc(70_000, 'a'), Buffer.alloc(5, 'b')]),
        ContentLength: 70_005,
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket: 'bench', Key: 'large', Body: Buffer.alloc(4 * 1024 * 1024, 'c') }));
    const part = await s3.send(new GetObjectCommand({ Bucket: 'bench', Key: 'range', Range: 'bytes=2-5' }));
    seen.range = [part.$metadata.httpStatusCode, part.ContentRange, await part.Body.transformToString()];
    seen.notModified = await s3
      .send(new GetObjectCommand({ Bucket: 'bench', Key: 'same', IfNoneMatch: '"e"' }))
      .catch((error) => error.$metadata.httpStatusCode);
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'bench', Key: 'a b/ü+%.txt' }), {
      expiresIn: 60,
    });
    const answer = await fetch(url);
    seen.presigned = [answer.status, (await answer.text()) === new URL(url).search];
    return seen;
  },
  async lambda() {
    const { LambdaClient, InvokeWithResponseStreamCommand } = await import('@aws-sdk/client-lambda');
    const { EventStream } = await new LambdaClient(config).send(
      new InvokeWithResponseStreamCommand({ FunctionName: 'f' }),
    );
    const parts = [];
    for await (const event of EventStream) {
      if (event.PayloadChunk) {
        parts.push(Buffer.from(event.PayloadChunk.Payload).toString());
        // The server sends the next one only when told that this one has come: nothing may be held back on the way.
        await fetch(`https://bench.s3.us-east-1.amazonaws.com/next?n=${parts.length}`);
      }
    }
    return { parts };
  },
  async kinesis() {
    const { KinesisClient, SubscribeToShardCommand } = await import('@aws-sdk/client-kinesis');
    const kinesis = new KinesisClient(config);
    const { EventStream } = await kinesis.send(
      new SubscribeToShardCommand({
        ConsumerARN: 'arn:aws:kinesis:us-east-1:111122223333:stream/s/consumer/c:1',
        ShardId: 'shardId-0',
        StartingPosition: { Type: 'LATEST' },
      }),
    );
    const kinds = [];
    for await (const event of EventStream)
      kinds.push(Object.keys(event)[0], event.SubscribeToShardEvent?.ContinuationSequenceNumber);
    kinesis.destroy();
    return { kinds };
  },
  async dynamodb() {
    const { DynamoDBClient, GetItemCommand } = await import('@aws-sdk/client-dynamodb');
    const dynamodb = new DynamoDBClient({ ...config, maxAttempts: 3 });
    const get = (table, options) =>
      dynamodb.send(new GetItemCommand({ TableName: table, Key: { id: { S: '1' } } }), options);
    const { Item, $metadata } = await get('lost-twice');
    const abort = new AbortController();
    const given = get('never-answered', { abortSignal: abort.signal }).catch((error) => error.name);
    // The endpoint says so when it has it.
    await fetch('https://bench.s3.us-east-1.amazonaws.com/has-it');
    abort.abort();
    return { item: Item, attempts: $metadata.attempts, given: await given };
  },
  async bedrock() {
    const { BedrockRuntimeClient, InvokeModelWithBidirectionalStreamCommand } = await import(
      '@aws-sdk/client-bedrock-runtime'
    );
    const turn = turns();
    const { body } = await new BedrockRuntimeClient(config).send(
      new InvokeModelWithBidirectionalStreamCommand({
        modelId: 'amazon.nova-sonic-v1:0',
        body: turn.say((text) => ({ chunk: { bytes: Buffer.from(text) } })),
      }),
    );
    const heard = [];
    for await (const { chunk } of body) {
      heard.push(Buffer.from(chunk.bytes).toString());
      turn.next();
    }
    return { heard };
  },
  async transcribe() {
    const { TranscribeStreamingClient, StartStreamTranscriptionCommand } = await import(
      '@aws-sdk/client-transcribe-streaming'
    );
    const turn = turns();
    const { TranscriptResultStream } = await new TranscribeStreamingClient(config).send(
      new StartStreamTranscriptionCommand({
        LanguageCode: 'en-US',
        MediaEncoding: 'pcm',
        MediaSampleRateHertz: 16_000,
        AudioStream: turn.say((text) => ({ AudioEvent: { AudioChunk: Buffer.from(text) } })),
      }),
    );
    const heard = [];
    for await (const { TranscriptEvent } of TranscriptResultStream) {
      heard.push(TranscriptEvent.Transcript.Results[0].ResultId);
      turn.next();
    }
    return { heard };
  },
};

/** Speaks the next part only when what was said before has been answered: nothing may be held back on the way, in either direction. */
function turns() {
  let next = () => {};
  return {
    next: () => next(),
    async *say(event) {
      for (const text of ['one', 'two', 'three']) {
        const answered = new Promise((resolve) => {
          next = resolve;
        });
        yield event(text);
        await answered;
      }
    },
  };
}

const seen = await scenarios[process.argv[2]]();
console.log(JSON.stringify(seen));
process.exit();
