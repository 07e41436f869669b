const MIB = 1024 * 1024;

/** Bytes of body that are held at most, where no service takes more: what is longer could have its resource after them. */
const USUAL = 6 * MIB;

/**
 * Services that take larger bodies in which a name can stand, by botocore's name: their own limits, as base64 or percent-encoding where they carry bytes.
 */
const LARGER: Readonly<Record<string, number>> = {
  dynamodb: 18 * MIB,
  ecr: 30 * MIB,
  kinesis: 16 * MIB,
  lambda: 72 * MIB,
  rekognition: 16 * MIB,
  ses: 60 * MIB,
  sesv2: 60 * MIB,
  textract: 16 * MIB,
};

export const capOf = (service: string): number => LARGER[service] ?? USUAL;
