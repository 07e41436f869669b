import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});

/** Reads one order: all that this function should ever do in AWS. */
export const handler = async ({ id }) =>
  (await dynamodb.send(new GetItemCommand({ TableName: process.env.TABLE, Key: { id: { S: id } } }))).Item;
