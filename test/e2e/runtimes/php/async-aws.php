<?php

// A program with AsyncAws over Symfony's HTTP client: `work` or `attack`. Exit code 3 with AWS's error code and the number of attempts on standard error.
require 'AsyncAws/Core/autoload.php';
require 'AsyncAws/Sqs/autoload.php';

use AsyncAws\Core\Exception\Http\HttpException;
use AsyncAws\Sqs\SqsClient;

$sqs = new SqsClient();
try {
    if ($argv[1] === 'attack') {
        $sqs->listQueues()->resolve();
    } else {
        $url = $sqs->getQueueUrl(['QueueName' => 'thumbnails-ready'])->getQueueUrl();
        $sqs->sendMessage(['QueueUrl' => $url, 'MessageBody' => str_repeat('x', 100000)])->resolve();
    }
} catch (HttpException $error) {
    fwrite(STDERR, $error->getAwsCode() . ' ' . (1 + ($error->getResponse()->getInfo('retry_count') ?? 0)) . "\n");
    exit(3);
}
