<?php

// A program with PHP's curl, which signs for AWS itself: `work` or `attack`. Exit code 3 with AWS's error code and the number of attempts on standard error.

function call(string $method, string $service, string $url, array $fields = [], string $body = ''): array
{
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_AWS_SIGV4 => 'aws:amz:us-east-1:' . $service,
        CURLOPT_USERPWD => getenv('AWS_ACCESS_KEY_ID') . ':' . getenv('AWS_SECRET_ACCESS_KEY'),
        CURLOPT_HTTPHEADER => [
            'x-amz-security-token: ' . getenv('AWS_SESSION_TOKEN'),
            'x-amz-content-sha256: ' . hash('sha256', $body),
            ...$fields,
        ],
    ]);
    if ($body !== '') {
        curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
    }
    $answer = curl_exec($curl);
    if ($answer === false) {
        fwrite(STDERR, curl_error($curl) . "\n");
        exit(1);
    }
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $answer];
}

function dynamodb(string $operation, array $input): array
{
    $fields = ['content-type: application/x-amz-json-1.0', 'x-amz-target: DynamoDB_20120810.' . $operation];
    return call('POST', 'dynamodb', 'https://dynamodb.us-east-1.amazonaws.com/', $fields, json_encode($input));
}

function work(): void
{
    [, $photo] = call('GET', 's3', 'https://photo-uploads.s3.us-east-1.amazonaws.com/summer/noon.bmp');
    echo hash('sha256', $photo), "\n";
    $type = ['content-type: application/octet-stream'];
    [$status] = call('PUT', 's3', 'https://photo-thumbnails.s3.us-east-1.amazonaws.com/php', $type, str_repeat("\0", 600000));
    [$found] = dynamodb('GetItem', ['TableName' => 'Images', 'Key' => ['image' => ['S' => 'summer/noon.bmp']]]);
    if ($status !== 200 || $found !== 200) {
        exit(1);
    }
}

if ($argv[1] === 'attack') {
    [$status, $answer] = dynamodb('Scan', ['TableName' => 'Customers']);
    if ($status !== 200) {
        fwrite(STDERR, preg_replace('/.*#/', '', json_decode($answer, true)['__type']) . " 1\n");
        exit(3);
    }
} else {
    work();
}
